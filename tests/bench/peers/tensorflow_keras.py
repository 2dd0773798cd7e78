"""Times TensorFlow's Keras on the tutorial network: fit and predict as the tutorial calls them, predict_on_batch.

Usage: tensorflow_keras.py THREADS
"""

import sys

import numpy as np
import tensorflow as tf

from sampling import median_rate, report

BATCH = 128
# One fit or predict goes over so many images: enough that what an epoch begins with counts for little.
IMAGES = 40 * BATCH
FIT_REPEATS = 5


def tutorial_network():
    layers = tf.keras.layers
    network = tf.keras.Sequential([
        tf.keras.Input((28, 28, 1)),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.25),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return network


def main():
    threads = int(sys.argv[1])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    name = f"tensorflow {tf.__version__}"
    random = np.random.default_rng(1)
    images = random.random((IMAGES, 28, 28, 1), np.float32)
    labels = random.integers(0, 10, IMAGES)
    network = tutorial_network()

    def fit():
        network.fit(images, labels, batch_size=BATCH, epochs=1, verbose=0)
        return IMAGES

    def predict(count):
        network.predict(images[:count], batch_size=BATCH, verbose=0)
        return count

    def predict_on_batch(count):
        network.predict_on_batch(images[:count])
        return count

    report("train", f"{name} fit", threads, median_rate(fit, FIT_REPEATS))
    report("read-128", f"{name} predict", threads, median_rate(lambda: predict(IMAGES)))
    report("read-1", f"{name} predict", threads, median_rate(lambda: predict(1)))
    for count in (BATCH, 1):
        rate = median_rate(lambda count=count: predict_on_batch(count))
        report(f"read-{count}", f"{name} predict_on_batch", threads, rate)


main()
