"""The provider of `kheaders_sbom`."""

DOC = "The licences of what is in an archive of kernel headers."

FIELDS = {
    "document": "File: an SPDX 2.3 document, as JSON.",
    "label": "Label: the archive, for messages.",
    "summary": "File: a summary for people.",
}

KheadersSbomInfo = provider(doc = DOC, fields = FIELDS)
