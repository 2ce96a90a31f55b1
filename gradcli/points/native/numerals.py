"""Decimal text to float64 and back in C: cells of csv read, and written as Python's `repr` writes them.

Both directions multiply by powers of ten of 128 bits, made here with whole numbers. Where such a product may not decide
(more than 19 digits, results near the smallest or beyond the largest float64), nothing is read: the caller has another
way. What is compiled is compared with Python's own numbers before it is used.

Source: R. Giulietti, The Schubfach way to render doubles (2020); D. Lemire, Number parsing at a gigabyte per second,
Software: Practice and Experience 51 (2021); N. Mushtak & D. Lemire, Fast number parsing without fallback (2023).
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

LOWEST, HIGHEST = -342, 324
"""Exponents of the powers."""


def powers() -> str:
    """The leading 128 bits of 10**k, truncated, as rows of C; where they are all of it, rounding up changes nothing."""
    rows = []
    for k in range(LOWEST, HIGHEST + 1):
        top, bottom = (10**k, 1) if k >= 0 else (1, 10**-k)
        shift = 127 - (top.bit_length() - 1 if k >= 0 else -bottom.bit_length())
        bits, rest = divmod(top << shift, bottom) if shift >= 0 else divmod(top, bottom << -shift)
        if bits >> 127 == 0:  # not of a power of two: bit_length of the quotient is one less
            bits, rest = divmod(top << (shift + 1), bottom)
        rows.append(f"{{{bits >> 64:#x}u, {bits & (1 << 64) - 1:#x}u, {int(rest != 0)}}}")
    return ",\n".join(rows)


HEAD: Final = """#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned __int128 wide;
typedef struct {{ uint64_t high, low; int more; }} power;

static const power POWERS[] = {{
{powers}
}};
#define POWER(k) POWERS[(k) - ({lowest})]
"""

READ: Final = r"""
/* w*10**q, correctly rounded; 0 where that is not certain to be found here */
static int nearest(uint64_t w, int q, double *found) {
    if (w == 0) { *found = 0; return 1; }
    if (q < -300 || q > 280) return 0;
    const int zeros = __builtin_clzll(w);
    w <<= zeros;
    wide first = (wide)w*POWER(q).high;
    if (((uint64_t)(first >> 64) & 0x1ff) == 0x1ff) {
        const uint64_t below = POWER(q).low + (q >= -27 && q < 0); /* there rounded up, so that ties are seen */
        first += (uint64_t)(((wide)w*below) >> 64);
    }
    const uint64_t high = first >> 64, low = (uint64_t)first;
    const int top = high >> 63;
    uint64_t mantissa = high >> (top + 9);
    int exponent = (217706*q >> 16) + 63 + top - zeros + 1023;
    if (exponent <= 0) return 0;
    const int tie = low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << (top + 9) == high;
    if (tie) mantissa &= ~(uint64_t)1;
    mantissa += mantissa & 1;
    mantissa >>= 1;
    if (mantissa >= (uint64_t)1 << 53) { mantissa = (uint64_t)1 << 52; exponent++; }
    if (exponent >= 2047) return 0;
    const uint64_t bits = (mantissa & (((uint64_t)1 << 52) - 1)) | (uint64_t)exponent << 52;
    memcpy(found, &bits, 8);
    return 1;
}

/* The number that begins at *at and ends before `end`; 0 for what is no such number */
static int number(const char **at, const char *end, double *found) {
    const char *p = *at;
    const int negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    uint64_t w = 0;
    int digits = 0, q = 0, seen = 0;
    for (; p < end && (unsigned char)(*p - '0') < 10; p++, seen = 1) {
        if (w || *p != '0') digits++;
        w = 10*w + (uint64_t)(*p - '0');
    }
    if (p < end && *p == '.') {
        p++;
        for (; p < end && (unsigned char)(*p - '0') < 10; p++, seen = 1, q--) {
            if (w || *p != '0') digits++;
            w = 10*w + (uint64_t)(*p - '0');
        }
    }
    if (!seen || digits > 19) return 0;
    if (p < end && (*p == 'e' || *p == 'E')) {
        int e = 0, minus = 0, some = 0;
        p++;
        if (p < end && (*p == '-' || *p == '+')) { minus = *p == '-'; p++; }
        for (; p < end && (unsigned char)(*p - '0') < 10; p++, some = 1) {
            e = 10*e + (*p - '0');
            if (e > 9999) return 0;
        }
        if (!some) return 0;
        q += minus ? -e : e;
    }
    if (q < -5000) return 0;
    double value;
    if (!nearest(w, q, &value)) return 0;
    *found = negative ? -value : value;
    *at = p;
    return 1;
}

/* Whole lines of `width` cells as rows of the `wanted` ones; place[k]: where cell k goes, or -1. The number of rows, or
   -1 where a line is not so plain. */
ptrdiff_t gradcli_read(const char *text, size_t length, char separator, int width, const int *place, int wanted,
                       double *table, size_t most) {
    const char *p = text, *end = text + length;
    size_t rows = 0;
    while (p < end) {
        if (rows == most) return -1;
        double *row = table + rows*wanted;
        for (int k = 0; k < width; k++) {
            if (place[k] >= 0) {
                if (!number(&p, end, row + place[k])) return -1;
            } else {
                while (p < end && *p != separator && *p != '\n' && *p != '"' && *p != '\r') p++;
            }
            if (k + 1 < width) {
                if (p == end || *p != separator) return -1;
                p++;
            }
        }
        if (p < end && *p == '\r') p++;
        if (p == end || *p != '\n') return -1;
        p++;
        rows++;
    }
    return (ptrdiff_t)rows;
}
"""

WRITE: Final = r"""
static uint64_t rounded(power g, uint64_t c) {
    const wide x = (wide)g.high*c + (((wide)(g.low + (uint64_t)g.more)*c) >> 64);
    return (uint64_t)(x >> 64) | ((uint64_t)x > 1);
}

/* The shortest decimal that is read as this number: its digits, and *k the power of ten that they are multiplied by */
static uint64_t shortest(uint64_t fraction, int exponent, int *k) {
    uint64_t c = fraction;
    int q = 1 - 1075;
    if (exponent != 0) {
        c |= (uint64_t)1 << 52;
        q = exponent - 1075;
        if (q <= 0 && -q < 53 && (c & (((uint64_t)1 << -q) - 1)) == 0) { *k = 0; return c >> -q; }
    }
    const int odd = c & 1, closer = fraction == 0 && exponent > 1;
    *k = (q*1262611 - (closer ? 524031 : 0)) >> 22;
    const int h = q + ((-*k*1741647) >> 19) + 1;
    const power g = POWER(-*k);
    const uint64_t lower = rounded(g, (4*c - 2 + closer) << h) + odd, value = rounded(g, 4*c << h);
    const uint64_t upper = rounded(g, (4*c + 2) << h) - odd;
    const uint64_t s = value/4;
    if (s >= 10) {
        const uint64_t ten = s/10;
        const int down = lower <= 40*ten, up = 40*ten + 40 <= upper;
        if (down != up) { *k += 1; return ten + up; }
    }
    const int down = lower <= 4*s, up = 4*s + 4 <= upper;
    if (down != up) return s + up;
    const uint64_t middle = 4*s + 2;
    return s + (value > middle || (value == middle && (s & 1)));
}

static const char PAIRS[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

/* A number as Python writes it; nothing for nan */
static char *written(double x, char *to) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    const int exponent = bits >> 52 & 2047;
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    if (exponent == 2047 && fraction) return to;
    if (exponent == 0 && fraction == 0) { memcpy(to, "0.0", 3); return to + 3; }
    if (bits >> 63) *to++ = '-';
    if (exponent == 2047) { memcpy(to, "inf", 3); return to + 3; }
    int k;
    uint64_t w = shortest(fraction, exponent, &k);
    while (w % 10 == 0) { w /= 10; k++; }
    char digits[48]; /* copies are longer than what is used of them: their lengths are constant */
    int first = 20;
    if (w >= 100000000) {
        uint32_t low = (uint32_t)(w % 100000000);
        w /= 100000000;
        first = 12;
        for (int i = 18; i >= 12; i -= 2) { memcpy(digits + i, PAIRS + 2*(low % 100), 2); low /= 100; }
    }
    uint32_t left = (uint32_t)w;
    while (left >= 100) { first -= 2; memcpy(digits + first, PAIRS + 2*(left % 100), 2); left /= 100; }
    if (left >= 10) { first -= 2; memcpy(digits + first, PAIRS + 2*left, 2); } else digits[--first] = '0' + (char)left;
    const int count = 20 - first, point = count + k;
    const char *d = digits + first;
    if (point > 16 || point <= -4) {
        int e = point - 1;
        *to++ = *d;
        if (count > 1) { *to++ = '.'; memcpy(to, d + 1, 20); to += count - 1; }
        *to++ = 'e';
        *to++ = e < 0 ? '-' : '+';
        if (e < 0) e = -e;
        if (e >= 100) *to++ = '0' + e/100;
        memcpy(to, PAIRS + 2*(e % 100), 2);
        return to + 2;
    }
    if (point <= 0) {
        memcpy(to, "0.000", 5);
        to += 2 - point;
        memcpy(to, d, 20);
        return to + count;
    }
    memcpy(to, d, 20);
    if (count <= point) {
        memset(to + count, '0', 20);
        memcpy(to + point, ".0", 2);
        return to + point + 2;
    }
    to[point] = '.';
    memcpy(to + point + 1, d + point, 20);
    return to + count + 1;
}

/* Rows of numbers, each with the text `between` behind it, `end` behind the last one: the bytes written */
size_t gradcli_write(size_t rows, int width, const char *const *columns, const ptrdiff_t *strides, const char *end,
                     char *to) {
    char *p = to;
    const size_t length = strlen(end);
    for (size_t i = 0; i < rows; i++) {
        for (int k = 0; k < width; k++) {
            p = written(*(const double *)(columns[k] + (ptrdiff_t)i*strides[k]), p);
            *p++ = ',';
        }
        memcpy(p, end, length);
        p += length;
    }
    return (size_t)(p - to);
}
"""


def numerals_source() -> str:
    """The C file."""
    return HEAD.format(powers=powers(), lowest=LOWEST) + READ + WRITE
