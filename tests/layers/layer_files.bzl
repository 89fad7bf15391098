"""What a test needs of a layer."""

def layer_files(layer):
    """Returns labels: a file beside which is the layer's directory `bin`, and all files of the layer.

    Args:
      layer: string: name of the repository, such as `@llvm`.
    """
    return [layer + "//:BUILD.bazel", layer + "//:layer"]
