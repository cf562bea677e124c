# SPDX-License-Identifier: Apache-2.0
"""The statistics of the games, once more and in Python: bounds, exact probabilities, tests.

Nothing here is shared with stats.c or with what is judged. Every p value is exact up to rounding
(incomplete beta function by its continued fraction, incomplete gamma function by its series).
"""
import functools
import math

ALPHA = 1e-6  # of one statistical test
Z_ONE_SIDED = 4.75
Z_TWO_SIDED = 4.89


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def normal_quantile(p):
    low, high = -40.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_cdf(middle) < p else (low, middle)
    return (low + high) / 2


def accuracy_bound(rho):
    """Best accuracy in guessing one person's bit at prior 1/2 from everything that rho buys."""
    return normal_cdf(math.sqrt(2 * rho) / 2)


def tpr_bound(fpr, rho):
    return normal_cdf(normal_quantile(fpr) + math.sqrt(2 * rho))


def margin(p, n):
    """What a share of n games of probability p may be above it, 1e-6 of the time."""
    return Z_ONE_SIDED * math.sqrt(p * (1 - p) / n)


# ---- Clopper-Pearson ---------------------------------------------------------------------------


def _beta_fraction(a, b, x):
    """Lentz's method for the continued fraction of the incomplete beta function."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 100000):
        for numerator in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                          -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 + numerator * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + numerator / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def beta_cdf(a, b, x):
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def share_at_least(hits, n, alpha):
    """The true probability is below this with probability at most alpha."""
    if hits == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_cdf(hits, n - hits + 1, middle) < alpha else (low, middle)
    return low


def share_at_most(hits, n, alpha):
    return 1 - share_at_least(n - hits, n, alpha)


# ---- chi-square, for variances -----------------------------------------------------------------


def chi_square_cdf(x, df):
    """P(chi-square with df degrees of freedom <= x)."""
    a, half = df / 2, x / 2
    if half <= 0:
        return 0.0
    if half < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-17:
            n += 1
            term *= half / n
            total += term
        return total * math.exp(-half + a * math.log(half) - math.lgamma(a))
    b = half + 1 - a
    c, d = 1e300, 1 / b
    value = d
    for i in range(1, 100000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b)
        c = b + an / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return 1 - value * math.exp(-half + a * math.log(half) - math.lgamma(a))


def variance_interval(mean_square, n, alpha=ALPHA):
    """Where the variance lies of which n squares had this mean, by chi-square, both ends at alpha/2."""
    def quantile(p):
        low, high = 0.0, n + 60 * math.sqrt(2 * n) + 200
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if chi_square_cdf(middle, n) < p else (low, middle)
        return low
    return n * mean_square / quantile(1 - alpha / 2), n * mean_square / quantile(alpha / 2)


# ---- the discrete Gaussian, exactly ------------------------------------------------------------


@functools.lru_cache(None)
def gauss(sigma):
    """{k: P(X = k)} of the discrete Gaussian of this sigma, to the end of doubles."""
    reach = 40 * sigma
    weight = {k: math.exp(-k * k / (2.0 * sigma * sigma)) for k in range(-reach, reach + 1)}
    total = math.fsum(weight.values())
    return {k: w / total for k, w in weight.items()}


def hockey_stick(sigma, shift, epsilon):
    """sum max(0, P(k) - e^epsilon P(k - shift)): the delta of sensitivity `shift` at this epsilon."""
    p = gauss(sigma)
    return math.fsum(max(0.0, p[k] - math.exp(epsilon) * p.get(k - shift, 0.0)) for k in p)


def equal_probability(sigma, gap):
    """P(two independent noisy counts are equal) whose true counts are `gap` apart."""
    p = gauss(sigma)
    return math.fsum(p[k] * p.get(k + gap, 0.0) for k in p)


# ---- two samples --------------------------------------------------------------------------------


def compare(x, y):
    """(area under the ROC curve with ties halved, its standard error under the null, KS p value)."""
    x, y = sorted(x), sorted(y)
    wins, gap, i, j = 0.0, 0.0, 0, 0
    while i < len(x) or j < len(y):
        at = x[i] if j == len(y) or (i < len(x) and x[i] <= y[j]) else y[j]
        i0, j0 = i, j
        while i < len(x) and x[i] == at:
            i += 1
        while j < len(y) and y[j] == at:
            j += 1
        wins += (j - j0) * (i0 + (i - i0) / 2)
        gap = max(gap, abs(i / len(x) - j / len(y)))
    n = len(x) * len(y) / (len(x) + len(y))
    scale = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * gap  # Stephens 1970
    p = 1.0 if scale < 0.2 else min(1.0, math.fsum((-1)**(k + 1) * 2 * math.exp(-2.0 * k * k * scale * scale)
                                                     for k in range(1, 101)))
    error = math.sqrt((len(x) + len(y) + 1) / (12.0 * len(x) * len(y)))
    return wins / len(x) / len(y), error, p


def correlation(x, y):
    mx, my = math.fsum(x) / len(x), math.fsum(y) / len(y)
    xy = math.fsum((a - mx) * (b - my) for a, b in zip(x, y))
    return xy / math.sqrt(math.fsum((a - mx)**2 for a in x) * math.fsum((b - my)**2 for b in y))


# ---- least squares --------------------------------------------------------------------------------


def solve(gram, right):
    """x of the symmetric positive definite system gram x = right (Cholesky)."""
    n = len(right)
    low = [row[:] for row in gram]
    for i in range(n):
        for j in range(i + 1):
            rest = low[i][j] - math.fsum(low[i][k] * low[j][k] for k in range(j))
            low[i][j] = math.sqrt(rest) if i == j else rest / low[j][j]
    x = list(right)
    for i in range(n):
        x[i] = (x[i] - math.fsum(low[i][k] * x[k] for k in range(i))) / low[i][i]
    for i in reversed(range(n)):
        x[i] = (x[i] - math.fsum(low[k][i] * x[k] for k in range(i + 1, n))) / low[i][i]
    return x
