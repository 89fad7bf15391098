"""The provider of `kheaders_size_test` and `kheaders_size_report`."""

DOC = "An archive's sizes, and the budgets they are held against."

FIELDS = {
    "archive": "KheadersArchiveInfo: the archive that is measured.",
    "label": "Label: the target, for messages.",
    "max_bytes": "int or None: budget of the archive file, in bytes.",
    "max_files": "int or None: budget of the number of files inside.",
    "max_uncompressed_bytes": "int or None: budget of the sum of the files inside, in bytes.",
    "sizes": "File or None: what takes how much, JSON; of `kheaders_size_report` alone.",
    "stats": "File: the archive's stats, JSON.",
}

KheadersSizeInfo = provider(doc = DOC, fields = FIELDS)
