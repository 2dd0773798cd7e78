"""Reads every picture of a folder the way a script around OpenCV and ONNX Runtime would, and prints the digits.

Finds the ink by Otsu's threshold and connected components, gives each component the form of MNIST (the longer side 20
pixels, its centre of mass in the middle of 28x28), and reads a picture's digits together. --threads are processes.

Usage: opencv_onnxruntime.py FILE.onnx FOLDER THREADS
"""

import multiprocessing
import pathlib
import sys

import cv2
import numpy as np
import onnxruntime

SIDE, INNER_SIDE, LEAST_PIXELS = 28, 20, 12
CHUNK = 64


def start(model):
    global session
    cv2.setNumThreads(1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def centred(ink):
    rows, columns = ink.shape
    scale = INNER_SIDE / max(rows, columns)
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    small = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    moments = cv2.moments(small)
    mass = max(moments["m00"], 1)
    shift = np.float32([[1, 0, SIDE / 2 - moments["m10"] / mass], [0, 1, SIDE / 2 - moments["m01"] / mass]])
    return cv2.warpAffine(small, shift, (SIDE, SIDE))


def read(path):
    ink = 255 - cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    _, mask = cv2.threshold(ink, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    _, _, found, _ = cv2.connectedComponentsWithStats(mask)
    boxes = sorted(tuple(box[:4]) for box in found[1:] if box[4] >= LEAST_PIXELS)
    if not boxes:
        return f"{path.name}: "
    digits = [centred(ink[top:top + rows, left:left + columns]) for left, top, columns, rows in boxes]
    images = np.stack(digits)[:, None].astype(np.float32) / 255
    logits = session.run(None, {"images": images})[0]
    return f"{path.name}: {''.join(map(str, logits.argmax(axis=1)))}"


def main():
    model, folder, threads = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    paths = sorted(folder.iterdir())
    if threads == 1:
        start(model)
        print(*map(read, paths), sep="\n")
        return
    with multiprocessing.Pool(threads, start, (model,)) as pool:
        print(*pool.imap(read, paths, CHUNK), sep="\n")


if __name__ == "__main__":
    main()
