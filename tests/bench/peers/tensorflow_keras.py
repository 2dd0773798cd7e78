"""Times TensorFlow's Keras on the tutorial network: fit and predict as the tutorial calls them, predict_on_batch.
Writes the network for LiteRT, too, for 1 and for 128 images: FILE.tflite.1, FILE.tflite.128.

Usage: tensorflow_keras.py THREADS FILE.tflite
"""

import sys

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from sampling import answer_requests, median_rate

BATCH = 128
# One fit or predict goes over so many images: enough that what an epoch begins with counts for little.
IMAGES = 40 * BATCH
FIT_REPEATS = 3
QUICK_IMAGES = 2 * BATCH


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


def write_tflite(network, path):
    for count in (1, BATCH):
        shape = tf.TensorSpec((count, 28, 28, 1), tf.float32)
        function = tf.function(lambda images: network(images, training=False)).get_concrete_function(shape)
        # Weights that stay variables keep XNNPACK from the products.
        frozen = convert_variables_to_constants_v2(function)
        converted = tf.lite.TFLiteConverter.from_concrete_functions([frozen]).convert()
        with open(f"{path}.{count}", "wb") as file:
            file.write(converted)


def main():
    threads = int(sys.argv[1])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    random = np.random.default_rng(1)
    images = random.random((IMAGES, 28, 28, 1), np.float32)
    labels = random.integers(0, 10, IMAGES)
    network = tutorial_network()
    write_tflite(network, sys.argv[2])

    def unit_of(request):
        size = QUICK_IMAGES if request.get("quick") else IMAGES
        together = 1 if request["what"] == "read-1" else BATCH
        count = size if together == BATCH and request["call"] != "predict_on_batch" else together
        calls = {
            "fit": lambda: network.fit(images[:count], labels[:count], batch_size=BATCH, epochs=1, verbose=0),
            "predict": lambda: network.predict(images[:count], batch_size=BATCH, verbose=0),
            "predict_on_batch": lambda: network.predict_on_batch(images[:count]),
        }

        def unit():
            calls[request["call"]]()
            return count

        return unit

    def measure(request):
        repeats = (FIT_REPEATS,) if request["call"] == "fit" else ()
        return f"tensorflow {tf.__version__} {request['call']}", median_rate(unit_of(request), request, *repeats)

    answer_requests(measure)


main()
