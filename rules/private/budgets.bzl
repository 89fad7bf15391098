"""The size budgets of an archive: their attributes and their flags."""

# Tells a budget that was left out from one that was set to 0, which is an error.
_UNSET = -2147483648

_BUDGETS = {
    "max_bytes": "Budget of the archive file, in bytes. Default: none.",
    "max_files": "Budget of the number of files in the archive. Default: none.",
    "max_uncompressed_bytes": "Budget of the sum of the files in the archive (after stripping, before compression), in bytes. Default: none.",
}

BUDGET_ATTRS = {
    name: attr.int(default = _UNSET, doc = doc)
    for name, doc in _BUDGETS.items()
}

def budgets_of(ctx):
    """Reads the budgets of a rule; fails when one is not above zero.

    Args:
      ctx: the rule's context; its attributes have BUDGET_ATTRS.

    Returns:
      dict of name to int, without those that were left out.
    """
    budgets = {}
    for name in _BUDGETS:
        value = getattr(ctx.attr, name)
        if value == _UNSET:
            continue
        if value <= 0:
            fail("%s: %s = %d can never be met; use a number above zero, or leave %s out for no budget" % (ctx.label, name, value, name))
        budgets[name] = value
    return budgets

def add_budgets(args, budgets):
    """Adds the flags of the budgets.

    Args:
      args: Args: where they go.
      budgets: dict: what `budgets_of` returned.
    """
    for name, value in budgets.items():
        args.add(value, format = "--%s=%%s" % name.replace("_", "-"))
