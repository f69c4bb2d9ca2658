"""`python -m producer_studio`."""

import sys

from producer_studio.main import main

if __name__ == "__main__":
    sys.exit(main())
