"""How rates are sampled and reported in Python, as site/sampling.js does it: a warm-up, then the median of windows."""

import json
import statistics
import time

WARM_UP_SECONDS = 0.5
WINDOW_SECONDS = 0.25
REPEATS = 7
KIB_PER_MIB = 1024


def _rate(unit, seconds):
    """Images per second of unit(), which returns how many it handled, over at least so many seconds."""
    start = time.perf_counter()
    images = 0
    while True:
        images += unit()
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return images / elapsed


def median_rate(unit, repeats=REPEATS):
    _rate(unit, WARM_UP_SECONDS)
    return statistics.median(_rate(unit, WINDOW_SECONDS) for _ in range(repeats))


def _peak_mib():
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KIB_PER_MIB
    return None


def report(what, where, threads, rate):
    """One row, as results.mjs describes it. Its memory is the whole process's so far."""
    row = {"what": what, "network": "tutorial", "where": where, "threads": threads, "images_per_second": rate,
           "peak_mib": _peak_mib()}
    print(json.dumps(row), flush=True)
