"""What each repository of Debian's packages does: it finds them, by the lock file or by apt, and downloads them."""

load(":apt.bzl", "close_apt", "open_apt")
load(":apt_download.bzl", "download_packages")
load(":lock.bzl", "UPDATE", "locked_packages")

def fetch_packages(ctx, request, archs, resolve, host = ""):
    """Downloads packages into the repository's directory.

    Args:
      ctx: repository_ctx, of a rule with LOCK_ATTRS and the attribute `suite`.
      request: dict: from request_of.
      archs: list of string: as in open_apt.
      resolve: function: gets the struct from open_apt, and returns one with at least `packages`, from debian_resolve.bzl, where no lock file names them.
      host: string: as in locked_packages.

    Returns:
      struct(files, found, locked): names of the files; what `resolve` returned, or locked_packages; and whether it is the latter.
    """
    locked = locked_packages(ctx, request, host)
    apt = open_apt(ctx, ctx.attr.suite, archs, lists = not locked)
    found = locked or resolve(apt)
    files = download_packages(apt, found.packages, mend = UPDATE if locked else "")
    close_apt(apt)
    return struct(files = files, found = found, locked = bool(locked))
