"""Messages about the user's mistakes, without what the arguments they quote hold."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from privacyscan import read


def hidden(message: str, arguments: Sequence[str]) -> str:
    """The message without what the arguments hold of passwords and persons, however it quotes them."""
    for argument in arguments:
        shown = _shown(read.without_password(argument))
        if shown != argument:
            message = message.replace(argument, shown).replace(os.path.normpath(argument), shown)
    return message


def _shown(argument: str) -> str:
    if not re.search(r"[0-9]{4}|@", argument) or re.fullmatch(r"[AF]-[0-9a-f]{12}", argument):
        return argument  # nobody's number or address; ids of assets and findings
    from privacyscan import rulebook
    from privacyscan.detect import Detector
    from privacyscan.detect.shown import shown_name

    return shown_name(argument, Detector(rulebook.load().identifiers.values(), b""))
