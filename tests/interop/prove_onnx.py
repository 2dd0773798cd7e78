#!/usr/bin/env python3
"""Proves ONNX both ways with the others' own software: ONNX Runtime reads what Scrawl writes, Scrawl reads what PyTorch's
exporters write; all say the same of MNIST's 10,000 test images, and what was imported is trained further.

Needs torch, onnx, onnxruntime, onnxscript and numpy, a built scrawl and its data (make all data). SCRAWL_BUILD: its folder.
"""
import json
import pathlib
import sys
import tempfile
import warnings

import numpy
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional

import scrawl
from proof import compare, expect, finish, run

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST
CLASSES, STEPS, BATCH = 10, 120, 64
warnings.filterwarnings("ignore")


def unit(images):
    return images.astype(numpy.float32) / 255


def column_l2(images):
    """What tf.keras.utils.normalize(images, axis=1) computes."""
    lengths = numpy.sqrt((images.astype(numpy.float64) ** 2).sum(axis=1, keepdims=True))
    return (images / numpy.where(lengths == 0, 1, lengths)).astype(numpy.float32)


def onnx_runtime(data, inputs):
    session = onnxruntime.InferenceSession(data)
    return session.run(None, {session.get_inputs()[0].name: inputs})[0]


def prove_written(name, model, inputs, images):
    """Checked, read by ONNX Runtime, and back to the bit."""
    data = model.export(scrawl.ONNX)
    whole = onnx.load_from_string(data)
    onnx.checker.check_model(whole, full_check=True)
    fields = {entry.key: entry.value for entry in whole.metadata_props}
    expect(f"{name}: IR 8, opset 17, symbolic batch",
           whole.ir_version == 8 and whole.opset_import[0].version == 17
           and whole.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch")
    expect(f"{name}: labels in metadata_props", json.loads(fields["labels"]) == model.labels)
    compare(f"{name}, written, in ONNX Runtime {onnxruntime.__version__}", model.predict(images), onnx_runtime(data, inputs[:, None]))
    expect(f"{name}: comes back the same", scrawl.Model(data).export(scrawl.SAFETENSORS) == model.export(scrawl.SAFETENSORS))


class Network(nn.Module):
    """PyTorch's MNIST example, with batch normalisation and padding."""

    def __init__(self, padded):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 16, 3, padding=int(padded)), nn.Conv2d(16, 32, 3, padding=1, stride=1 + padded)
        self.norm, self.dropout = nn.BatchNorm2d(32), nn.Dropout(0.25)
        self.dense, self.last = nn.LazyLinear(64), nn.Linear(64, CLASSES)

    def forward(self, x):
        x = functional.relu(self.first((x - MEAN) / DEVIATION))
        x = functional.max_pool2d(functional.relu(self.norm(self.second(x))), 2)
        x = functional.relu(self.dense(self.dropout(torch.flatten(x, 1))))
        return functional.log_softmax(self.last(x), dim=1)


def trained_network(padded, images, labels):
    torch.manual_seed(1)
    network = Network(padded)
    inputs, targets = torch.tensor(unit(images))[:, None], torch.tensor(labels.astype(numpy.int64))
    network(inputs[:2])
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    for step in range(STEPS):
        part = slice(step * BATCH, (step + 1) * BATCH)
        optimizer.zero_grad()
        functional.nll_loss(network(inputs[part]), targets[part]).backward()
        optimizer.step()
    return network.eval()


def exported(network, dynamo, path):
    image = torch.rand(2, 1, 28, 28)
    if dynamo:
        shapes = {"x": {0: torch.export.Dim("batch")}}
        torch.onnx.export(network, (image,), path, dynamo=True, dynamic_shapes=shapes, external_data=False, verbose=False)
    else:
        torch.onnx.export(network, (image,), path, dynamo=False, dynamic_axes={"x": {0: "batch"}}, input_names=["x"])


def prove_read(padded, dynamo, network, images, folder):
    name = f"PyTorch {torch.__version__}, {'padded' if padded else 'plain'}, exported {'by torch.export' if dynamo else 'by tracing'}"
    path = folder / "torch.onnx"
    exported(network, dynamo, path)
    with torch.no_grad():
        theirs = network(torch.tensor(unit(images))[:, None]).exp().numpy()
    model = scrawl.Model(path)
    compare(f"{name}, read", model.predict(images), theirs)
    prove_written(name, model, unit(images), images)
    run("import", path, folder / "mine.safetensors")
    accuracy = lambda file: json.loads(run("eval", folder / file, "--json"))["accuracy"]
    run("train", "--from", folder / "mine.safetensors", "--epochs", "1", "--epoch-share", "0.1", "--quiet", "--out", folder / "trained.safetensors")
    before, after = accuracy("mine.safetensors"), accuracy("trained.safetensors")
    print(f"{name}: {before} right of MNIST's test images, {after} after training further here")
    expect(f"{name}: training further makes it better", after > before)


def prove_external(network, folder):
    """What PyTorch does unless it is told otherwise is refused with what to tell it; its advice helps."""
    path = folder / "large.onnx"
    torch.onnx.export(network, (torch.rand(2, 1, 28, 28),), path, dynamo=True, verbose=False)
    try:
        scrawl.Model(path)
        expect("weights in another file are refused", False)
    except ValueError as error:
        expect("the sentence says how to export in one file", "external_data=False" in str(error))
    onnx.save(onnx.load(path), folder / "whole.onnx")
    expect("what onnx joined is read", "conv 32" in scrawl.Model(folder / "whole.onnx").architecture)


def main():
    (images, _), (training, labels) = scrawl.mnist("t10k"), scrawl.mnist("train")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for shipped in ("small", "best"):
            prove_written(shipped, scrawl.Model(scrawl.ROOT / "models" / f"{shipped}.safetensors"), unit(images), images)
        run("train", "--arch", "tutorial", "--normalize", "column-l2", "--epochs", "1", "--epoch-share", "0.1", "--quiet", "--out", folder / "tutorial.safetensors")
        prove_written("tutorial", scrawl.Model(folder / "tutorial.safetensors"), column_l2(images), images)
        for padded in (False, True):
            network = trained_network(padded, training, labels)
            for dynamo in (False, True):
                prove_read(padded, dynamo, network, images, folder)
        prove_external(network, folder)
    return finish()


if __name__ == "__main__":
    sys.exit(main())
