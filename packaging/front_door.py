"""Where the frozen program begins."""

import multiprocessing
import os
import sys


def give_back_library_path() -> None:
    """Undoes what was set for this program alone.

    The loader has read it by now. The browser and the file manager that the studio opens are
    programs of the system, and would load this program's libraries in place of their own.
    """
    for name in ("LD_LIBRARY_PATH", "LIBPATH"):
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is not None:
            os.environ[name] = before
        elif getattr(sys, "frozen", False):
            os.environ.pop(name, None)


if __name__ == "__main__":
    give_back_library_path()
    # Demo Studio's renderer is this program again, with arguments that only this call understands.
    multiprocessing.freeze_support()
    from producer_studio.main import main

    sys.exit(main())
