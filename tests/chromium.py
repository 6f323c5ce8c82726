"""A Chromium for the browser tests: one that is there, else Debian's, else Playwright's own."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find():
    """The path of an installed browser; None when only Playwright's own can be tried."""
    return next(filter(None, (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES))), None)


def install():
    """Install a browser where that is allowed; the tests say so loudly when none is there in the end."""
    if find():
        return
    if shutil.which("apt-get"):
        free = os.geteuid() == 0 or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
        if free:
            asroot = [] if os.geteuid() == 0 else ["sudo", "-n"]
            print("Installing Chromium for the browser tests by apt-get.")
            subprocess.run([*asroot, "apt-get", "update", "-q"], check=False)
            subprocess.run(
                [*asroot, "apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"], check=False
            )
    if not find():
        print("Installing Playwright's own Chromium for the browser tests.")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    install()
