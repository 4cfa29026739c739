"""`python -m emstrack` is the same as the `emstrack` command."""

from emstrack.cli import main

if __name__ == "__main__":
    main()
