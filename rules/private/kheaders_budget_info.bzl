"""The provider of `kheaders_budget`."""

DOC = "What some paths of an archive may take of it."

FIELDS = {
    "label": "Label: the target, whose package's owners own the budget.",
    "limit": "dict: the limit, as `limit_of` makes it, and `call`, the name of the call in the BUILD file.",
    "paths": "list of string: globs.",
}

KheadersBudgetInfo = provider(doc = DOC, fields = FIELDS)
