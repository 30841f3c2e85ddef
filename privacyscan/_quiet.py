"""Imported by the fork server alone: workers write nothing on the user's terminal, where a traceback could show values.

What goes wrong in a unit comes back to the parent, which tells it.
"""

import os
import sys

sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
