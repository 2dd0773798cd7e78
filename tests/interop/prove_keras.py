#!/usr/bin/env python3
"""Proves Keras' files both ways with Keras itself: the tutorial's model is saved by Keras and read by Scrawl, Scrawl's are
read by Keras and trained further there; all say the same of MNIST's 10,000 test images.

    KERAS_BACKEND=torch python tests/interop/prove_keras.py       # Keras 3, then 2
    python tests/interop/prove_keras.py 2                         # Keras 2 alone; only .h5 is written for it

Needs keras, torch, tf_keras, tensorflow-cpu, h5py and numpy, a built scrawl and its data (make all data). SCRAWL_BUILD: its
folder.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

import scrawl
from proof import compare, expect, finish, run

IS_OLD = sys.argv[1:] == ["2"]
if IS_OLD:
    import tf_keras as keras
else:
    import keras
layers = keras.layers

CLASSES, BATCH, LEARNT = 10, 128, 6000
SKIPPING = ("conv 8 3x3 stride 2 same, batchnorm relu, keep skip2, depthwise 3x3 same relu, conv 8 1x1, batchnorm, add skip2 relu, "
            "maxpool 2, dropout 0.1, conv 12 3x3 relu, globalpool, dense 10 softmax")


def unit(images):
    return (images / 255).astype("f4")[..., None]


def column_l2(images):
    """As the tutorial has it."""
    return keras.utils.normalize(images.astype("f4"), axis=1)[..., None]


def tutorial():
    model = keras.Sequential([
        layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)), layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)), layers.Dropout(0.25), layers.Flatten(), layers.Dense(256, activation="relu"),
        layers.Dropout(0.5), layers.Dense(CLASSES, activation="softmax"),
    ])
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def other():
    """What a tutorial's network has not: pixels of 0 to 255, batch normalisation, a residual."""
    start = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(layers.Rescaling(1 / 127.5, offset=-1)(start))
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(layers.Conv2D(8, 3, padding="same", use_bias=False)(x)))
    kept = x = layers.MaxPooling2D(2, padding="same")(x)
    x = layers.Activation("relu")(layers.DepthwiseConv2D(3, padding="same")(x))
    x = layers.Add()([layers.Conv2D(8, 1)(x), kept])
    x = layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))
    model = keras.Model(start, layers.Softmax()(layers.Dense(CLASSES)(x)))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    return model


def prove_read(name, model, inputs, normalization, images, folder):
    """Saved by Keras, imported, and exported for Keras again."""
    theirs = model.predict(inputs, verbose=0)
    for ending in (".h5", ".keras"):
        path, own = folder / f"digit_recogniser_model{ending}", folder / "mine.safetensors"
        model.save(path)
        run("import", path, own, "--normalize", normalization)
        compare(f"{name} of Keras {keras.__version__}, {ending}, read", scrawl.Model(own).predict(images), theirs)
    return own


def prove_written(name, own, inputs, images, labels, folder):
    """Exported, read by Keras, which goes on training; and read back."""
    model = scrawl.Model(own)
    ours = model.predict(images)
    for kind, ending in ((scrawl.KERAS_H5, ".h5"), (scrawl.KERAS, ".keras")):
        if IS_OLD and ending == ".keras":
            continue
        path = folder / f"written{ending}"
        path.write_bytes(model.export(kind))
        expect(f"{name}{ending} comes back the same", scrawl.Model(path).export(scrawl.SAFETENSORS) == model.export(scrawl.SAFETENSORS))
        read = keras.models.load_model(path)
        what = f"{name}, {ending}, written, in Keras {keras.__version__}"
        compare(what, ours, read.predict(inputs, verbose=0))
        read.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(1e-4))
        before = read.evaluate(inputs[:LEARNT], labels[:LEARNT], verbose=0)
        read.fit(inputs[:LEARNT], labels[:LEARNT], batch_size=BATCH, epochs=1, verbose=0)
        after = read.evaluate(inputs[:LEARNT], labels[:LEARNT], verbose=0)
        print(f"{what}: loss {before:.4f}, {after:.4f} after training further there")
        expect(f"{what}: training further makes it better", after < before)
        read.save(path)
        compare(f"{what}, saved by it again", scrawl.Model(run_import(path, name, folder)).predict(images), read.predict(inputs, verbose=0))


def run_import(path, name, folder):
    """Keras keeps no word of the normalisation when it saves anew."""
    run("import", path, folder / "again.safetensors", "--normalize", "column-l2" if name == "tutorial" else "unit")
    return folder / "again.safetensors"


def prove_deflated(source, images, folder):
    """The same weights in deflated chunks."""
    path = folder / "deflated.h5"
    with h5py.File(source) as old, h5py.File(path, "w") as new:
        new.attrs.update(old.attrs)
        old.copy("model_weights", new)
        names = []
        new.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in names:
            values = new[name][...]
            del new[name]
            new.create_dataset(name, data=values, chunks=True, compression="gzip")
    compare("deflated by h5py, read", scrawl.Model(path).predict(images), scrawl.Model(source).predict(images))


def prove_old():
    """Keras 2 in a process of its own: TensorFlow and PyTorch don't bear each other in one."""
    old = subprocess.run([sys.executable, __file__, "2"], env={**os.environ, "KERAS_BACKEND": "tensorflow"})
    expect("Keras 2 agrees", old.returncode == 0)


def main():
    (images, labels), (training, answers) = scrawl.mnist("t10k"), scrawl.mnist("train")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model = tutorial()
        model.fit(column_l2(training[:LEARNT]), answers[:LEARNT], batch_size=BATCH, epochs=1, verbose=0)
        own = prove_read("The tutorial's model", model, column_l2(images), "column-l2", images, folder)
        prove_deflated(folder / "digit_recogniser_model.h5", images, folder)
        prove_written("tutorial", own, column_l2(images), images, labels, folder)
        model = other()
        model.fit(training[:LEARNT].astype("f4"), answers[:LEARNT], batch_size=BATCH, epochs=1, verbose=0)
        prove_read("A residual network", model, images.astype("f4"), "unit", images, folder)
        for shipped in ("small", "best"):
            prove_written(shipped, scrawl.ROOT / "models" / f"{shipped}.safetensors", unit(images), images, labels, folder)
        run("train", "--arch", SKIPPING, "--epochs", "1", "--epoch-share", "0.1", "--quiet", "--out", folder / "skipping.safetensors")
        prove_written("skipping", folder / "skipping.safetensors", unit(images), images, labels, folder)
    if not IS_OLD:
        prove_old()
    return finish()


if __name__ == "__main__":
    sys.exit(main())
