"""Reads and writes safetensors files with numpy alone, for where the safetensors package is not installed.

    weights = read("model.safetensors")  # {"hidden.weight": float32 array [32, 144], ...}
    write(path, {"hidden.weight": array, ...})

A file is 8 bytes of header length, a JSON header of each tensor's dtype, shape and place, and the tensors' bytes,
little-endian and row by row. The same tensors give the same bytes again. PyTorch's tensors go through numpy:
torch.from_numpy(array) and tensor.numpy(). Numpy has no bfloat16: for that use the package, whose files are the same.
"""

import json
import os
import struct

import numpy as np

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BOOL": "|b1",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1",
}  # fmt: skip
NAMES = {np.dtype(dtype): name for name, dtype in DTYPES.items()}


def read(path):
    """The tensors by name, as arrays of their own. ValueError: the file is damaged, or no such file at all."""
    with open(path, "rb") as file:
        content = file.read()
    if len(content) < 8:
        raise ValueError("it has no header")
    (size,) = struct.unpack_from("<Q", content)
    if size > len(content) - 8:
        raise ValueError("its header goes beyond its end")
    header = json.loads(content[8 : 8 + size])
    header.pop("__metadata__", None)
    data = memoryview(content)[8 + size :]
    covered = 0
    tensors = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        if entry["dtype"] not in DTYPES:
            raise ValueError("%s is %s, which numpy does not have" % (name, entry["dtype"]))
        if begin != covered or end < begin or end > len(data):
            raise ValueError("%s is not where it should be" % name)
        flat = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).copy()
        covered = end
    if covered != len(data):
        raise ValueError("%d bytes belong to no tensor" % (len(data) - covered))
    return tensors


def write(path, tensors):
    """Whole or not at all: under a name of its own first, then renamed."""
    # By size of their numbers, so that each begins at a multiple of it; then by name.
    arrays = sorted(
        ((name, np.asarray(array)) for name, array in tensors.items()),
        key=lambda item: (-item[1].dtype.itemsize, item[0]),
    )
    header, offset = {}, 0
    for name, array in arrays:
        dtype = array.dtype.newbyteorder("<")
        if dtype not in NAMES:
            raise ValueError("%s is %s, which safetensors does not have" % (name, array.dtype))
        end = offset + array.nbytes
        header[name] = {"dtype": NAMES[dtype], "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    temporary = "%s.%d.part" % (path, os.getpid())
    with open(temporary, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for _, array in arrays:
            file.write(array.astype(array.dtype.newbyteorder("<")).tobytes())
    os.replace(temporary, path)
