"""Control groups of either version, made for a process that is to have little of something. Needs root."""

import os
import pathlib
import time

CGROUPS = pathlib.Path("/sys/fs/cgroup")


class Group:
    """One of a controller (memory, cpu); ends with what is in it."""

    def __init__(self, controller, name):
        self.v2 = (CGROUPS / "cgroup.controllers").exists()
        self.folder = (CGROUPS if self.v2 else CGROUPS / controller) / f"streamgauge-{os.getpid()}-{name}"
        self.folder.mkdir(exist_ok=True)

    def write(self, file, value):
        (self.folder / file).write_text(str(value))

    def read(self, v2, v1):
        return (self.folder / (v2 if self.v2 else v1)).read_text()

    def command(self, *words):
        """What becomes that command within the group."""
        return ["/bin/sh", "-c", f'echo $$ > {self.folder}/cgroup.procs; exec "$@"', "sh", *words]

    def close(self):
        for _ in range(100):
            try:
                self.folder.rmdir()
                return
            except OSError:
                time.sleep(0.1)
