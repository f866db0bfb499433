//! Numbers: what several runs come to, and how many digits of them are shown.

/// What the values of several runs come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The one in the middle; of an even number, half-way between the two.
    pub median: f64,
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: f64,
}

impl Spread {
    /// That of `values`; of none there is none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Some(Spread { median, min, max })
    }
}

/// A number with three significant digits, and all of those before the point.
#[must_use]
pub fn shown(value: f64) -> String {
    with_digits(value, 3)
}

/// The same, with as many more as it takes to tell it from `other`.
#[must_use]
pub fn shown_beside(value: f64, other: f64) -> String {
    let is_other = |text: &String| text.parse() == Ok(other);
    let mut texts = (3..17).map(|digits| with_digits(value, digits));
    let apart = texts.find(|text| value == other || !is_other(text));
    apart.unwrap_or_else(|| value.to_string())
}

/// A number with so many significant digits, and all of those before the point.
fn with_digits(value: f64, digits: usize) -> String {
    let beyond_first = digits.saturating_sub(1);
    // Rounding may carry into another digit: the exponent is that of the rounded number.
    let rounded = format!("{value:.beyond_first$e}");
    let exponent = rounded
        .split_once('e')
        .map(|(_, exponent)| exponent.parse::<i32>());
    let decimals = match exponent {
        Some(Ok(exponent)) => i32::try_from(beyond_first).unwrap_or_default() - exponent,
        _ => 0,
    };
    let decimals = usize::try_from(decimals).unwrap_or_default();
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let check = |values: &[f64], median, min, max| {
            assert_eq!(Spread::of(values), Some(Spread { median, min, max }));
        };
        assert_eq!(Spread::of(&[]), None);
        check(&[2.0], 2.0, 2.0, 2.0);
        check(&[3.0, 1.0], 2.0, 1.0, 3.0);
        check(&[9.0, 1.0, 2.0], 2.0, 1.0, 9.0);
        check(&[4.0, 1.0, 100.0, 2.0], 3.0, 1.0, 100.0);
    }

    #[test]
    fn three_digits_are_shown_and_none_is_lost_before_the_point() {
        for (value, text) in [
            (0.0, "0.00"),
            (0.000_123_45, "0.000123"),
            (0.047_84, "0.0478"),
            (0.699_6, "0.700"),
            (0.999_6, "1.00"),
            (1.304, "1.30"),
            (9.996, "10.0"),
            (61.25, "61.2"),
            (99.96, "100"),
            (486.4, "486"),
            (793.1, "793"),
            (12_345.6, "12346"),
        ] {
            assert_eq!(shown(value), text, "{value}");
        }
    }

    #[test]
    fn a_target_that_was_missed_does_not_look_met() {
        for (value, target, text) in [
            (30.0, 30.0, "30.0"),
            (29.2, 30.0, "29.2"),
            (30.01, 30.0, "30.01"),
            (600.000_4, 600.0, "600.0004"),
            (0.200_04, 0.2, "0.20004"),
        ] {
            assert_eq!(shown_beside(value, target), text);
        }
    }
}
