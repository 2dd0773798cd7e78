"""Times PyTorch on the tutorial network, in both memory layouts, and writes the network as ONNX for ONNX Runtime.

Usage: pytorch.py THREADS FILE.onnx
"""

import sys

import torch
from torch import nn

from sampling import answer_requests, median_rate

BATCH = 128
LAYOUTS = {"": torch.contiguous_format, "channels_last": torch.channels_last}


def tutorial_network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(),
        nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(64 * 12 * 12, 256), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(256, 10),
    )


def rate_of(network, layout, request):
    network = network.to(memory_format=layout)
    count = 1 if request["what"] == "read-1" else BATCH
    images = torch.rand(count, 1, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 10, (count,))
    optimizer = torch.optim.Adam(network.parameters())
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(network(images), labels).backward()
        optimizer.step()
        return count

    def read():
        network(images)
        return count

    if request["what"] == "train":
        return median_rate(step, request)
    network.eval()
    with torch.inference_mode():
        return median_rate(read, request)


def write_onnx(network, path):
    torch.onnx.export(network.eval().to(memory_format=torch.contiguous_format), torch.rand(1, 1, 28, 28), path,
                      input_names=["images"], output_names=["logits"],
                      dynamic_axes={"images": {0: "count"}, "logits": {0: "count"}}, dynamo=False)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    write_onnx(tutorial_network(), sys.argv[2])

    def measure(request):
        call = request["call"]
        name = f"pytorch {torch.__version__.split('+')[0]} {call}".strip()
        return name, rate_of(tutorial_network(), LAYOUTS[call], request)

    answer_requests(measure)


main()
