"""What the ssl module stands on, without TLS: there is no OpenSSL in WebAssembly.

Programs import ssl for its names, and make contexts, long before they connect; both work. Opening a
connection raises SSLError. The numbers are those of OpenSSL 3, so that flags combine as usual.
"""

import os

OPENSSL_VERSION = "OpenSSL 3.5.0 (names only: no TLS in WebAssembly)"
OPENSSL_VERSION_INFO = _OPENSSL_API_VERSION = (3, 5, 0, 0, 0)
OPENSSL_VERSION_NUMBER = 0x30500000

_DEFAULT_CIPHERS = "DEFAULT"

HAS_SNI = HAS_ECDH = HAS_ALPN = HAS_TLSv1_2 = HAS_TLSv1_3 = True
HAS_NPN = HAS_PSK = HAS_SSLv2 = HAS_SSLv3 = HAS_TLSv1 = HAS_TLSv1_1 = HAS_TLS_UNIQUE = False

PROTOCOL_SSLv23 = PROTOCOL_TLS = 2
PROTOCOL_TLSv1 = 3
PROTOCOL_TLSv1_1 = 4
PROTOCOL_TLSv1_2 = 5
PROTOCOL_TLS_CLIENT = 16
PROTOCOL_TLS_SERVER = 17

PROTO_MINIMUM_SUPPORTED = -2
PROTO_MAXIMUM_SUPPORTED = -1
PROTO_SSLv3 = 0x300
PROTO_TLSv1 = 0x301
PROTO_TLSv1_1 = 0x302
PROTO_TLSv1_2 = 0x303
PROTO_TLSv1_3 = 0x304

CERT_NONE = 0
CERT_OPTIONAL = 1
CERT_REQUIRED = 2

ENCODING_PEM = 1
ENCODING_DER = 2

HOSTFLAG_NEVER_CHECK_SUBJECT = 0x20

VERIFY_DEFAULT = 0
VERIFY_CRL_CHECK_LEAF = 0x4
VERIFY_CRL_CHECK_CHAIN = 0xC
VERIFY_X509_STRICT = 0x20
VERIFY_ALLOW_PROXY_CERTS = 0x40
VERIFY_X509_TRUSTED_FIRST = 0x8000
VERIFY_X509_PARTIAL_CHAIN = 0x80000

OP_ALL = 0x80000050
OP_LEGACY_SERVER_CONNECT = 0x4
OP_IGNORE_UNEXPECTED_EOF = 0x80
OP_NO_TICKET = 0x4000
OP_NO_COMPRESSION = 0x20000
OP_ENABLE_MIDDLEBOX_COMPAT = 0x100000
OP_CIPHER_SERVER_PREFERENCE = 0x400000
OP_NO_SSLv3 = 0x2000000
OP_NO_TLSv1 = 0x4000000
OP_NO_TLSv1_2 = 0x8000000
OP_NO_TLSv1_1 = 0x10000000
OP_NO_TLSv1_3 = 0x20000000
OP_NO_RENEGOTIATION = 0x40000000
OP_NO_SSLv2 = OP_SINGLE_DH_USE = OP_SINGLE_ECDH_USE = 0

SSL_ERROR_SSL = 1
SSL_ERROR_WANT_READ = 2
SSL_ERROR_WANT_WRITE = 3
SSL_ERROR_WANT_X509_LOOKUP = 4
SSL_ERROR_SYSCALL = 5
SSL_ERROR_ZERO_RETURN = 6
SSL_ERROR_WANT_CONNECT = 7
SSL_ERROR_EOF = 8
SSL_ERROR_INVALID_ERROR_CODE = 10

# RFC 8446, section 6.
ALERT_DESCRIPTION_CLOSE_NOTIFY = 0
ALERT_DESCRIPTION_UNEXPECTED_MESSAGE = 10
ALERT_DESCRIPTION_HANDSHAKE_FAILURE = 40
ALERT_DESCRIPTION_BAD_CERTIFICATE = 42
ALERT_DESCRIPTION_CERTIFICATE_EXPIRED = 45
ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN = 46
ALERT_DESCRIPTION_UNKNOWN_CA = 48
ALERT_DESCRIPTION_ACCESS_DENIED = 49
ALERT_DESCRIPTION_PROTOCOL_VERSION = 70
ALERT_DESCRIPTION_INTERNAL_ERROR = 80
ALERT_DESCRIPTION_UNRECOGNIZED_NAME = 112


class SSLError(OSError):
    """An error of TLS itself."""

    __module__ = "ssl"
    library = None
    reason = None


class SSLZeroReturnError(SSLError):
    __module__ = "ssl"


class SSLWantReadError(SSLError):
    __module__ = "ssl"


class SSLWantWriteError(SSLError):
    __module__ = "ssl"


class SSLSyscallError(SSLError):
    __module__ = "ssl"


class SSLEOFError(SSLError):
    __module__ = "ssl"


class SSLCertVerificationError(SSLError, ValueError):
    __module__ = "ssl"


def _unavailable(*args, **keywords):
    raise SSLError("TLS is not available in WebAssembly: use the fetch of the host for https")


class _SSLContext:
    """Keeps what it is told, for a connection that cannot be made."""

    __slots__ = (
        *("protocol", "options", "verify_flags", "verify_mode", "check_hostname"),
        *("minimum_version", "maximum_version", "keylog_filename", "num_tickets"),
        *("post_handshake_auth", "security_level", "sni_callback", "_host_flags", "_msg_callback"),
    )

    def __new__(cls, protocol):
        self = super().__new__(cls)
        is_client = protocol == PROTOCOL_TLS_CLIENT
        settings = dict.fromkeys(_SSLContext.__slots__)
        settings |= {
            "protocol": protocol,
            "options": OP_ALL | OP_NO_COMPRESSION,
            "verify_flags": VERIFY_X509_TRUSTED_FIRST,
            "verify_mode": CERT_REQUIRED if is_client else CERT_NONE,
            "check_hostname": is_client,
            "minimum_version": PROTO_TLSv1_2,
            "maximum_version": PROTO_MAXIMUM_SUPPORTED,
            "num_tickets": 2,
            "post_handshake_auth": False,
            "security_level": 2,
            "_host_flags": 0,
        }
        # Past the properties of ssl.SSLContext, which convert and partly cannot be set.
        for name, value in settings.items():
            getattr(_SSLContext, name).__set__(self, value)
        return self

    def _accept(self, *args, **keywords):
        return None

    load_cert_chain = load_dh_params = load_verify_locations = _accept
    set_ciphers = set_default_verify_paths = set_ecdh_curve = _set_alpn_protocols = _accept

    def get_ca_certs(self, binary_form=False):
        return []

    def get_ciphers(self):
        return []

    def cert_store_stats(self):
        return {"x509": 0, "crl": 0, "x509_ca": 0}

    def session_stats(self):
        return {}

    _wrap_socket = _wrap_bio = _unavailable
    set_psk_client_callback = set_psk_server_callback = _unavailable


class MemoryBIO:
    """The memory side of a connection that cannot be made."""

    __new__ = _unavailable


class SSLSession:
    """A session to resume; there are none."""

    __new__ = _unavailable


class Certificate:
    """A parsed certificate; there are none."""

    __new__ = _unavailable


_PURPOSES = {
    "1.3.6.1.5.5.7.3.1": (129, "serverAuth", "TLS Web Server Authentication"),
    "1.3.6.1.5.5.7.3.2": (130, "clientAuth", "TLS Web Client Authentication"),
}


def txt2obj(txt, name=False):
    for oid, (nid, short, long) in _PURPOSES.items():
        if txt == oid or name and txt in (short, long):
            return nid, short, long, oid
    raise ValueError(f"unknown object '{txt:.100}'")


def nid2obj(nid):
    for oid, (known, short, long) in _PURPOSES.items():
        if nid == known:
            return nid, short, long, oid
    raise ValueError(f"unknown NID {nid}")


def get_default_verify_paths():
    return "SSL_CERT_FILE", "/etc/ssl/cert.pem", "SSL_CERT_DIR", "/etc/ssl/certs"


def RAND_status():
    return True


def RAND_add(string, entropy):
    """The entropy comes from the host; nothing that a program adds could improve it."""


def RAND_bytes(n):
    return os.urandom(n)
