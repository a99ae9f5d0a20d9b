"""`captioner` and `python -m captioner`."""

import sys

from captioner.cli.main import main


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
