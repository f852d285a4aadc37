# SPDX-License-Identifier: LGPL-2.1-or-later
"""Denoises a film with Slurm, whose controller and only machine are this one and end with the test.

Usage: test_slurm.py [unittest options], in the environment of the tree, with DENOISEAE_EXAMPLES (the sources).
"""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
import unittest

from cluster_film import CLUSTER, ClusterTest, run

# Without accounts, passwords and control groups, as nobody else uses it.
CONF = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={machine_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SchedulerParameters=sched_interval=1
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "sinfo")
PATIENCE = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm(ClusterTest):
    def setUp(self):
        super().setUp()
        path = f"{os.environ['PATH']}:/usr/sbin"
        missing = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
        if missing:
            self.skipTest(f"{', '.join(missing)} not in the search path")
        folder = self.shared
        for name in ("state", "spool"):
            (folder / name).mkdir(exist_ok=True)
        host = socket.gethostname().split(".")[0]
        conf = folder / "slurm.conf"
        conf.write_text(CONF.format(host=host, folder=folder, user=getpass.getuser(), controller_port=free_port(),
                                    machine_port=free_port()))
        self.environment = {**os.environ, "PATH": path, "SLURM_CONF": str(conf), "PYTHON": sys.executable}
        self.start("slurmctld", "-D", "-f", conf)
        self.start("slurmd", "-D", "-f", conf, "-N", host)
        self.wait_for_the_machine()

    def start(self, *command):
        log = open(self.shared / f"{command[0]}.log", "wb")
        self.addCleanup(log.close)
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, env=self.environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

    def wait_for_the_machine(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done = subprocess.run(["sinfo", "-h", "-o", "%T"], env=self.environment, capture_output=True, text=True,
                                  check=False)
            if done.stdout.strip() == "idle":
                return
            time.sleep(0.5)
        logs = "".join((self.shared / f"{name}.log").read_text()[-1500:] for name in ("slurmctld", "slurmd"))
        self.fail(f"Slurm does not start: {done.stdout}{done.stderr}{logs}")

    def test_makes_the_single_run(self):
        out = self.folder / "out.mkv"
        run(CLUSTER / "slurm.sh", self.film, out, "--frames", 40, env=self.environment)
        self.check_film(out)

    def test_tells_that_a_part_has_failed_and_goes_on_from_there(self):
        out = self.folder / "out.mkv"
        film = self.folder / "film.mp4"
        film.write_bytes(self.film.read_bytes())
        folder = self.folder / "out.mkv.parts"
        folder.mkdir()
        # The second part cannot be written.
        (folder / "unfinished-part-0002.mkv").mkdir()
        done = subprocess.run([CLUSTER / "slurm.sh", film, out, "--frames", "40"], env=self.environment,
                              capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(out.exists())
        self.assertEqual(sorted(path.name for path in folder.glob("part-*.mkv")), ["part-0001.mkv", "part-0003.mkv"])
        self.assertRegex((folder / "2.log").read_text(), r"ffmpeg \(status \d+\) failed")
        (folder / "unfinished-part-0002.mkv").rmdir()
        run(CLUSTER / "slurm.sh", film, out, "--frames", 40, env=self.environment)
        self.check_film(out)


if __name__ == "__main__":
    unittest.main()
