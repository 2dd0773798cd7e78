"""The library for the proofs in Python, by ctypes: models from and to bytes, and what they say of images."""

import ctypes
import gzip
import os
import pathlib
import subprocess
import tempfile

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("SCRAWL_BUILD", "build")
SAFETENSORS, KERAS_H5, KERAS, ONNX = range(4)


def _load():
    """The static library as a shared one."""
    folder = tempfile.TemporaryDirectory()
    path = pathlib.Path(folder.name) / "libscrawl.so"
    archive = ["-Wl,--whole-archive", str(BUILD / "libscrawl.a"), "-Wl,--no-whole-archive"]
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-o", str(path), *archive, "-lz", "-lm", "-lpthread"], check=True)
    library = ctypes.CDLL(str(path))
    folder.cleanup()
    for name in ("scrawl_error", "scrawl_model_architecture", "scrawl_model_label", "scrawl_model_metadata"):
        getattr(library, name).restype = ctypes.c_char_p
    library.scrawl_model_class_count.restype = ctypes.c_size_t
    library.scrawl_model_temperature.restype = ctypes.c_float
    return library


_library = _load()


def _check(status):
    if status:
        raise ValueError(_library.scrawl_error().decode())


class Model:
    """A model of any kind of file: the bytes say which."""

    def __init__(self, file):
        data = pathlib.Path(file).read_bytes() if isinstance(file, (str, pathlib.Path)) else file
        self._model = ctypes.c_void_p()
        _check(_library.scrawl_model_load(data, ctypes.c_size_t(len(data)), ctypes.byref(self._model)))

    def __del__(self):
        _library.scrawl_model_free(self._model)

    @property
    def architecture(self):
        return _library.scrawl_model_architecture(self._model).decode()

    @property
    def temperature(self):
        return _library.scrawl_model_temperature(self._model)

    @property
    def labels(self):
        count = _library.scrawl_model_class_count(self._model)
        return [_library.scrawl_model_label(self._model, ctypes.c_size_t(i)).decode() for i in range(count)]

    def export(self, kind):
        """The bytes of such a file."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        _check(_library.scrawl_model_export(self._model, kind, ctypes.byref(data), ctypes.byref(size)))
        try:
            return ctypes.string_at(data, size.value)
        finally:
            _library.scrawl_free(data)

    def predict(self, images):
        """Probabilities [image][class] of images [image][28][28], 0 paper .. 255 ink."""
        images = numpy.ascontiguousarray(images, numpy.uint8)
        classes = _library.scrawl_model_class_count(self._model)
        probabilities = numpy.empty((len(images), classes), numpy.float32)
        pixels, values = (array.ctypes.data_as(ctypes.c_void_p) for array in (images, probabilities))
        _check(_library.scrawl_predict_images(self._model, pixels, ctypes.c_size_t(len(images)), 0, values))
        return probabilities


def mnist(part):
    """Images and labels of "train" or "t10k", as `make data` has them."""
    def read(name):
        path = next((BUILD / "mnist").glob(f"{part}-{name}*"))
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    images, labels = read("images"), read("labels")
    return numpy.frombuffer(images, numpy.uint8, offset=16).reshape(-1, 28, 28), numpy.frombuffer(labels, numpy.uint8, offset=8)
