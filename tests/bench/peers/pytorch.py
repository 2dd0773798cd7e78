"""Times PyTorch on the tutorial network, in both memory layouts, and writes the network as ONNX for ONNX Runtime.

Usage: pytorch.py THREADS FILE.onnx
"""

import sys

import torch
from torch import nn

from sampling import median_rate, report

BATCH = 128
LAYOUTS = {"": torch.contiguous_format, " channels_last": torch.channels_last}


def tutorial_network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(),
        nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(64 * 12 * 12, 256), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(256, 10),
    )


def measure(network, layout, name, threads):
    network = network.to(memory_format=layout)
    images = torch.rand(BATCH, 1, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 10, (BATCH,))
    optimizer = torch.optim.Adam(network.parameters())
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()
        return BATCH

    def read(count):
        network(images[:count])
        return count

    network.train()
    report("train", name, threads, median_rate(step))
    network.eval()
    with torch.inference_mode():
        for count in (BATCH, 1):
            report(f"read-{count}", name, threads, median_rate(lambda count=count: read(count)))


def write_onnx(network, path):
    torch.onnx.export(network.eval().to(memory_format=torch.contiguous_format), torch.rand(1, 1, 28, 28), path,
                      input_names=["images"], output_names=["logits"],
                      dynamic_axes={"images": {0: "count"}, "logits": {0: "count"}}, dynamo=False)


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    write_onnx(tutorial_network(), sys.argv[2])
    for suffix, layout in LAYOUTS.items():
        measure(tutorial_network(), layout, f"pytorch {torch.__version__.split('+')[0]}{suffix}", threads)


main()
