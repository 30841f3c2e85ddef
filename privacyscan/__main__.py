"""`python -m privacyscan` is `privacyscan`."""

from privacyscan.cli import main

if __name__ == "__main__":
    main()
