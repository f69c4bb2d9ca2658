"""`python -m producer_studio`."""

import sys

if __name__ == "__main__":
    try:
        from producer_studio.main import main

        sys.exit(main())
    except KeyboardInterrupt:
        # Ctrl+C before the program itself is there.
        sys.exit(130)
