"""The command line as ``python -m evalkit``."""

import sys

from evalkit.here import elsewhere

if __name__ == "__main__":
    # Before anything else is imported: a file of the working folder could stand in for it.
    sys.path[:] = elsewhere(sys.path)
    from evalkit.cli import main

    sys.exit(main())
