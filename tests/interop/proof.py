"""What the proofs in Python share: comparisons that are counted, and the command line."""

import subprocess

import numpy

import scrawl

AGREEMENT = 1e-5  # of probabilities
_failures = []


def compare(what, ours, theirs):
    difference = float(numpy.abs(ours - theirs).max())
    print(f"{what}: largest difference {difference:.2g} over {len(ours)} images")
    if not difference <= AGREEMENT:
        _failures.append(what)


def expect(what, is_so):
    if not is_so:
        print(f"{what}: no")
        _failures.append(what)


def run(*words):
    """What the command line prints."""
    result = subprocess.run([scrawl.BUILD / "scrawl", *words], capture_output=True, text=True)
    if result.returncode:
        raise ValueError(result.stderr)
    return result.stdout


def finish():
    """The exit status, and what failed once more."""
    for failure in _failures:
        print(f"FAILED: {failure}")
    return 1 if _failures else 0
