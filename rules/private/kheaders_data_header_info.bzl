"""The provider of `kheaders_data_header`."""

DOC = "An archive of kernel headers as a C header."

FIELDS = {
    "archive": "KheadersArchiveInfo: the archive inside.",
    "header": "File: `kheaders_data.h`.",
}

KheadersDataHeaderInfo = provider(doc = DOC, fields = FIELDS)
