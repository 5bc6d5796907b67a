#!/usr/bin/python3 -IS
"""How long a start takes in each tier, by the steps that shellbox-instance itself reports: guest/measure-tiers.py GUEST_DIR [RUNS]

GUEST_DIR is what guest/build.sh made, RUNS is 5 unless said otherwise. Takes root, for the volume is mounted. Per tier it prints the median
of the runs, from the begin of the first step to the guest's SSH banner, the least and the most, and the median of each step; all in ms.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../infra/instance/shellbox-instance")
BOX = {"box": "0" * 32 + "-dev33", "epoch": 0, "operationId": "measure"}
START = {**BOX, "hostName": "dev33", "lun": 0, "port": 2222, "deviceTimeoutSeconds": 10, "bootTimeoutSeconds": 300}
# What is measured, in this order; each finds the box as the one before left it.
ROUND = [
    ("golden", "start", "resumable"), ("save", "save", None), ("resume", "start", "resumable"), ("pause", "pause", None),
    ("continue", "start", "hot"), ("running", "start", "hot"), ("stop", "stop", None), ("boot", "start", "warm"), ("stop", "stop", None),
]


def main():
    guest = os.path.abspath(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    seconds = {}
    with tempfile.TemporaryDirectory(prefix="shellbox-measure-") as root:
        device, files = root + "/dev/disk/azure/scsi1/lun0", root + "/usr/local/lib/shellbox"
        for path in (device, files):
            os.makedirs(os.path.dirname(path))
        os.symlink(guest, files)
        os.symlink(root + "/volume.raw", device)

        def call(verb):
            ended = subprocess.run([PROGRAM, verb], input=json.dumps(START if verb == "start" else BOX), stdout=subprocess.PIPE, text=True, check=True,
                                   env={**os.environ, "INSTANCE_ROOT": root, "SHELLBOX_ADDRESS": "127.77.77.77", "SSH_CONNECTION": ""})
            return json.loads(ended.stdout)

        try:
            for _ in range(runs):
                subprocess.run(["cp", "--sparse=always", guest + "/volume.raw", root + "/volume.raw"], check=True)
                for name, verb, tier in ROUND:
                    answer = call(verb)
                    if not answer["ok"] or answer.get("tier") != tier:
                        sys.exit("%s did not go as it should: %s" % (name, answer))
                    steps = {}
                    for step in answer["steps"]:
                        steps[step["name"]] = steps.get(step["name"], 0) + step["seconds"]
                    seconds.setdefault(name, []).append(steps)
        finally:
            call("stop")
            shutil.rmtree(root + "/run", ignore_errors=True)
    for name, measured in seconds.items():
        totals = [sum(steps.values()) for steps in measured]
        parts = {step: statistics.median(steps.get(step, 0) for steps in measured) for steps in measured for step in steps}
        print("%-9s %6.0f  (%.0f to %.0f)  %s" % (name, 1000 * statistics.median(totals), 1000 * min(totals), 1000 * max(totals),
                                                ", ".join("%s %.0f" % (step, 1000 * value) for step, value in parts.items())))


if __name__ == "__main__":
    main()
