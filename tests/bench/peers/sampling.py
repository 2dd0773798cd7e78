"""How rates are sampled and reported in Python, as site/sampling.js does it: a warm-up, then the median of windows."""

import json
import statistics
import sys
import time

WARM_UP_SECONDS = 0.5
WINDOW_SECONDS = 0.25
REPEATS = 7
QUICK = (0.01, 0.01, 3)
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


def median_rate(unit, request, repeats=REPEATS):
    warm_up, window, count = QUICK if request.get("quick") else (WARM_UP_SECONDS, WINDOW_SECONDS, repeats)
    _rate(unit, warm_up)
    return statistics.median(_rate(unit, window) for _ in range(count))


def _peak_mib():
    with open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KIB_PER_MIB
    return None


def answer_requests(measure):
    """Says that it is ready, then answers each line of standard input, a request, with a row as results.mjs describes
    it. measure(request) returns the peer's name and images per second; its memory is the whole process's so far."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            where, rate = measure(request)
            row = {"what": request["what"], "network": request["network"], "where": where,
                   "threads": request["threads"], "images_per_second": rate, "peak_mib": _peak_mib()}
        except Exception as error:  # whatever it is, it is the answer
            row = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(row), flush=True)
