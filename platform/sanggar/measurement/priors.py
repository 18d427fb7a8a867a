"""What calibration holds likely before it sees answers; without it few answers look sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanggar.measurement.irt import Floats

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Lognormal slopes about a common level, and normal densities on other parameters.

    The logarithms of the slopes are normal with deviation `sd` about a level that is itself normal
    with mean 0 and deviation `level`: slopes are drawn together, and the answers say whereto. The
    density is that of the logarithm, so the mode does not depend on how a slope is written.

    Attributes
    ----------
    slopes : ndarray of int
        Places of the slopes among the item parameters.
    normal : ndarray of int
        Places of item parameters with a normal density.
    sd, level, shift, width : float
    """

    slopes: Codes
    normal: Codes
    sd: float = 1.0
    level: float = 1.0
    shift: float = 0.0
    width: float = 1.0

    def _pull(self, logs: Floats) -> Floats:
        """Return the inverse covariance of the logarithms times these numbers."""
        common = self.level**2 / (self.sd**2 + len(logs) * self.level**2)
        return np.asarray((logs - common * logs.sum()) / self.sd**2)

    def density(self, xi: Floats) -> float:
        """Return the log density without constants; -inf where a slope is not positive."""
        slopes = xi[self.slopes]
        if (slopes <= 0).any():
            return -np.inf
        logs = np.log(slopes)
        away = (xi[self.normal] - self.shift) / self.width
        return float(-0.5 * (logs @ self._pull(logs)) - 0.5 * (away @ away))

    def derivatives(self, xi: Floats) -> tuple[Floats, Floats]:
        """Return the first derivatives and the matrix of second derivatives."""
        first, second = np.zeros_like(xi), np.zeros((len(xi), len(xi)))
        slopes, at = xi[self.slopes], self.slopes
        pull = self._pull(np.log(slopes))
        first[at] = -pull / slopes
        common = self.level**2 / (self.sd**2 + len(slopes) * self.level**2) / self.sd**2
        second[np.ix_(at, at)] = common / np.outer(slopes, slopes)
        second[at, at] += (pull - 1.0 / self.sd**2) / slopes**2
        first[self.normal] = -(xi[self.normal] - self.shift) / self.width**2
        second[self.normal, self.normal] = -1.0 / self.width**2
        return first, second
