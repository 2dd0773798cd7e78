#!/usr/bin/env python3
"""Proves what models/README.md says of the shipped files in Python: its lines are run as they stand there, with NumPy and
with PyTorch, and a network made of the weights says the same as Scrawl of MNIST's 10,000 test images.

Needs safetensors, torch and numpy, a built scrawl and its data (make all data). SCRAWL_BUILD: its folder.
"""
import contextlib
import io
import os
import re
import sys

import numpy
import torch
from safetensors import safe_open
from torch.nn import functional

import scrawl
from proof import compare, expect, finish

EPSILON = 0.001  # of batch normalisation
SHIPPED = "models/small.safetensors"
FIRST_SHAPE = "(3, 3, 1, 16)"


def card_lines():
    """The program of the card."""
    return re.search(r"```python\n(.*?)```", (scrawl.ROOT / "models/README.md").read_text(), re.DOTALL).group(1)


def run_lines(lines):
    """The weights that they make, and what they print."""
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(lines, names)
    return names["weights"], printed.getvalue()


def batchnorm(values, weights, index):
    gamma, beta, mean, variance = (weights[f"{index}.{part}"] for part in ("weight", "bias", "mean", "variance"))
    return functional.batch_norm(values, mean, variance, gamma, beta, eps=EPSILON)


def dense(values, weights, index):
    """Scrawl's rows are in the order of rows, columns, channels."""
    return values.permute(0, 2, 3, 1).flatten(1) @ weights[f"{index}.weight"] + weights[f"{index}.bias"]


def convolution(values, weights, index, padding):
    return functional.conv2d(values, weights[f"{index}.weight"].permute(3, 2, 0, 1), weights[f"{index}.bias"], padding=padding)


def probabilities(path, weights, images):
    """By the architecture's text and the temperature of the file: [image][class]."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    values = torch.from_numpy(images.astype(numpy.float32)).unsqueeze(1) / 255
    for index, layer in enumerate(metadata["architecture"].split(", ")):
        kind = layer.split()[0]
        if kind == "conv":
            values = convolution(values, weights, index, "same" if "same" in layer else "valid")
        elif kind == "batchnorm":
            values = batchnorm(values, weights, index)
        elif kind == "maxpool":
            values = functional.max_pool2d(values, int(layer.split()[1]))
        elif kind == "dense":
            values = dense(values, weights, index)
        if layer.endswith("relu"):
            values = functional.relu(values)
    return torch.softmax(values / float(metadata["temperature"]), 1).numpy()


def main():
    os.chdir(scrawl.ROOT)
    lines = card_lines()
    expect("the card has five lines", len(lines.splitlines()) == 5)
    images, _ = scrawl.mnist("t10k")
    for name in ("small", "best"):
        path = SHIPPED.replace("small", name)
        arrays, printed = run_lines(lines.replace(SHIPPED, path))
        if name == "small":
            expect("the first layer has the shape that the card says", FIRST_SHAPE in lines and printed.strip() == FIRST_SHAPE)
        tensors, _ = run_lines(lines.replace(SHIPPED, path).replace("safetensors.numpy", "safetensors.torch"))
        same = arrays.keys() == tensors.keys() and all((arrays[key] == tensors[key].numpy()).all() for key in arrays)
        expect(f"{name}: NumPy and PyTorch have the same weights", same)
        with torch.no_grad():
            compare(f"{name} in PyTorch", scrawl.Model(path).predict(images), probabilities(path, tensors, images))
    return finish()


if __name__ == "__main__":
    sys.exit(main())
