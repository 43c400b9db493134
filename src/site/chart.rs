//! Charts as inline SVG without a colour of their own: the style sheet has them for light, dark and paper. Each has words
//! for those who do not see it, and stands beside a table with the same figures.

use num_traits::ToPrimitive as _;

use super::html::Html;
use crate::base::exact::Exact;

/// One period of a chart.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// The period in words.
    pub(super) label: String,
    /// The figure; none when nothing was measured.
    pub(super) value: Option<Exact>,
    /// Whether it was good enough; none when nobody can say.
    pub(super) met: Option<bool>,
}

/// A line of figures over time.
#[derive(Debug)]
pub(super) struct Line<'c> {
    /// What it shows.
    pub(super) title: &'c str,
    /// The periods, the earliest first.
    pub(super) points: &'c [Point],
    /// The figure that was promised or aimed at, and whether less is better.
    pub(super) target: Option<(Exact, bool)>,
    /// What follows each figure, such as ` %`.
    pub(super) unit: &'c str,
}

const WIDTH: i64 = 620;
const HEIGHT: i64 = 190;
const LEFT: i64 = 66;
const RIGHT: i64 = 600;
const TOP: i64 = 18;
const FLOOR: i64 = 150;

/// A line with a dot for each period, the target dashed, and what is not good enough as a diamond with its figure.
/// Nothing with fewer than two figures.
pub(super) fn line(chart: &Line<'_>) -> Html {
    let mut out = Html::new();
    let known: Vec<(usize, i64)> = chart
        .points
        .iter()
        .enumerate()
        .filter_map(|(at, point)| Some((at, thousandths(point.value.as_ref()?)?)))
        .collect();
    if known.len() < 2 {
        return out;
    }
    let target = chart.target.as_ref().and_then(|(target, _)| thousandths(target));
    let (low, high) = scale(known.iter().map(|(_, value)| *value).chain(target), chart.unit.trim() == "%");
    let x = |at: usize| place(i64::try_from(at).unwrap_or(0), chart.points.len());
    let y = |value: i64| FLOOR - mul_div(value - low, FLOOR - TOP, high - low);
    open(chart, &known, &mut out);
    for value in [low, low + (high - low) / 2, high] {
        out.raw("<path class=\"grid\" d=\"M").number(px(LEFT)).raw(" ").number(px(y(value))).raw("H").number(px(RIGHT));
        out.raw("\"/><text class=\"ax end\" x=\"").number(px(LEFT - 8)).raw("\" y=\"").number(px(y(value) + 4));
        out.raw("\">").text(&shown(value)).text(chart.unit).raw("</text>");
    }
    if let (Some(at), Some((_, less))) = (target, &chart.target) {
        let (top, height) = if *less { (TOP, y(at) - TOP) } else { (y(at), FLOOR - y(at)) };
        out.raw("<rect class=\"short\" x=\"").number(px(LEFT)).raw("\" y=\"").number(px(top)).raw("\" width=\"");
        out.number(px(RIGHT - LEFT)).raw("\" height=\"").number(px(height)).raw("\"/><path class=\"tgt\" d=\"M");
        out.number(px(LEFT)).raw(" ").number(px(y(at))).raw("H").number(px(RIGHT)).raw("\"/>");
    }
    out.raw("<path class=\"ln\" d=\"");
    let mut before = None;
    for (at, value) in &known {
        out.raw(if before.is_some_and(|before: usize| before + 1 == *at) { "L" } else { "M" });
        out.number(px(x(*at))).raw(" ").number(px(y(*value)));
        before = Some(*at);
    }
    out.raw("\"/>");
    for (at, value) in &known {
        dot((x(*at), y(*value)), &chart.points[*at], *value, chart.unit, &mut out);
    }
    // Over the line, with an edge of the paper's colour, so that it can be read wherever the line goes.
    if let (Some(at), Some((target, _))) = (target, &chart.target) {
        out.raw("<text class=\"ax end halo\" x=\"").number(px(RIGHT)).raw("\" y=\"");
        out.number(px(if y(at) < TOP + 14 { y(at) + 14 } else { y(at) - 5 }));
        out.raw("\">target ").text(&target.text(3)).text(chart.unit).raw("</text>");
    }
    labels(chart.points, &mut out);
    out.raw("</svg>");
    out
}

fn open(chart: &Line<'_>, known: &[(usize, i64)], out: &mut Html) {
    let missed = chart.points.iter().filter(|point| point.met == Some(false)).count();
    let first = known.first().map_or("", |(at, _)| &chart.points[*at].label);
    let last = known.last().map_or("", |(at, _)| &chart.points[*at].label);
    out.raw("<svg class=\"chart\" viewBox=\"0 0 ").number(px(WIDTH)).raw(" ").number(px(HEIGHT));
    out.raw("\" role=\"img\" aria-label=\"").text(chart.title).raw(", ").text(first).raw(" to ").text(last).raw(": ");
    out.number(known.len()).raw(" figures, ").number(missed).raw(" of them short of the target\">");
}

/// A dot that was good enough, or a diamond with its figure.
fn dot((x, y): (i64, i64), point: &Point, value: i64, unit: &str, out: &mut Html) {
    out.raw("<g>");
    if point.met == Some(false) {
        out.raw("<path class=\"miss\" d=\"M").number(px(x)).raw(" ").number(px(y - 7));
        out.raw("l7 7-7 7-7-7Z\"/><text class=\"ax mid\" x=\"").number(px(x)).raw("\" y=\"");
        out.number(px(if y > FLOOR - 24 { y - 12 } else { y + 20 })).raw("\">").text(&shown(value)).raw("</text>");
    } else {
        out.raw("<circle class=\"dot\" cx=\"").number(px(x)).raw("\" cy=\"").number(px(y)).raw("\" r=\"4\"/>");
    }
    out.raw("<title>").text(&point.label).raw(": ").text(&shown(value)).text(unit).raw("</title></g>");
}

/// The periods below, every second one where there are many.
fn labels(points: &[Point], out: &mut Html) {
    let step = points.len().div_ceil(7).max(1);
    for (at, point) in points.iter().enumerate().filter(|(at, _)| (points.len() - 1 - at).is_multiple_of(step)) {
        let x = place(i64::try_from(at).unwrap_or(0), points.len());
        out.raw("<text class=\"ax mid\" x=\"").number(px(x)).raw("\" y=\"").number(px(FLOOR + 22)).raw("\">");
        out.text(&point.label).raw("</text>");
    }
}

/// Twelve months, or other periods, as marks in a row: a missed one is taller, red and crossed, one without a figure is
/// hollow. `words` says the same.
pub(super) fn strip(points: &[Point], words: &str) -> Html {
    let mut out = Html::new();
    let width = px(i64::try_from(points.len()).unwrap_or(0) * 12);
    out.raw("<svg class=\"months\" viewBox=\"0 0 ").number(width).raw(" 24\" width=\"").number(width);
    out.raw("\" height=\"24\" role=\"img\" aria-label=\"").text(words).raw("\">");
    for (at, point) in points.iter().enumerate() {
        let x = at * 12 + 1;
        out.raw("<g transform=\"translate(").number(x).raw(" 0)\">");
        out.raw(match point.met {
            Some(true) => "<path class=\"m-ok\" d=\"M0 7h9v13H0Z\"/>",
            Some(false) => "<path class=\"m-bad\" d=\"M0 1h9v22H0Z\"/><path class=\"m-x\" d=\"m2 9 5 6m0-6-5 6\"/>",
            None => "<path class=\"m-none\" d=\"M.5 12.5h8v7h-8Z\"/>",
        });
        out.raw("<title>").text(&point.label);
        if let Some(value) = &point.value {
            out.raw(": ").text(&value.text(3));
        }
        out.raw("</title></g>");
    }
    out.raw("</svg>");
    out
}

/// A number in thousandths; none when it is too large to draw.
fn thousandths(value: &Exact) -> Option<i64> {
    value.scaled(3).to_i64().filter(|value| value.abs() < i64::MAX / 1_000_000)
}

/// Thousandths as a number without needless zeros.
fn shown(value: i64) -> String {
    Exact::decimal(value.into(), 3).text(3)
}

/// A scale around all values that ends on round numbers; shares of the whole end at 100.
fn scale(values: impl Iterator<Item = i64> + Clone, is_share: bool) -> (i64, i64) {
    let (least, most) = (values.clone().min().unwrap_or(0), values.max().unwrap_or(0));
    let mut step: i64 = 1;
    while (most - least) / step > 8 {
        step *= 10;
    }
    let (mut low, mut high) = ((least - step).div_euclid(step) * step, (most + step).div_euclid(step) * step);
    if is_share && most <= 100_000 {
        high = high.min(100_000);
    }
    if least >= 0 {
        low = low.max(0);
    }
    (low, high.max(low + 2))
}

/// The place of period `at` of `count` from left to right.
fn place(at: i64, count: usize) -> i64 {
    let last = i64::try_from(count).unwrap_or(1).max(2) - 1;
    LEFT + 14 + mul_div(at, RIGHT - LEFT - 28, last)
}

fn mul_div(a: i64, b: i64, by: i64) -> i64 {
    i64::try_from(i128::from(a) * i128::from(b) / i128::from(by.max(1))).unwrap_or(0)
}

/// A length on the drawing; none is below zero.
fn px(length: i64) -> usize {
    usize::try_from(length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[Option<&str>], least: &str) -> Vec<Point> {
        let least = Exact::parse(least).unwrap();
        let point = |(at, value): (usize, Option<&str>)| {
            let value = value.map(|value| Exact::parse(value).unwrap());
            Point { label: format!("M{at}"), met: value.as_ref().map(|value| *value >= least), value }
        };
        values.iter().copied().enumerate().map(point).collect()
    }

    fn drawn(values: &[Option<&str>]) -> String {
        let points = points(values, "99.5");
        let target = Some((Exact::parse("99.5").unwrap(), false));
        line(&Line { title: "A & B", points: &points, target, unit: " %" }).as_str().to_owned()
    }

    #[test]
    fn misses_are_told_by_shape_figure_and_words() {
        let svg = drawn(&[Some("100"), Some("99.07"), Some("99.9")]);
        assert!(svg.contains("aria-label=\"A &amp; B, M0 to M2: 3 figures, 1 of them short of the target\""), "{svg}");
        assert_eq!((svg.matches("class=\"dot\"").count(), svg.matches("class=\"miss\"").count()), (2, 1));
        assert!(svg.contains(">99.07</text>") && svg.contains("target 99.5 %"));
        assert!(svg.find("class=\"ln\"") < svg.find("target 99.5 %"), "words lie above the line");
        assert!(svg.contains("<title>M1: 99.07 %</title>"));
        assert!(
            !svg.contains("fill=") && !svg.contains("stroke=") && !svg.contains("style="),
            "colours are not its own"
        );
    }

    #[test]
    fn a_gap_breaks_the_line_and_one_figure_is_no_chart() {
        let svg = drawn(&[Some("100"), None, Some("99.9"), Some("99.8")]);
        let (_, path) = svg.split_once("class=\"ln\" d=\"").unwrap();
        let path = path.split('"').next().unwrap();
        assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 1), "{path}");
        assert_eq!(drawn(&[Some("100"), None]), "");
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn a_scale_ends_on_round_numbers_and_shares_at_a_hundred() {
        assert_eq!(scale([99_070, 100_000].into_iter(), true), (98_000, 100_000));
        assert_eq!(scale([0, 35_000].into_iter(), false), (0, 40_000));
        assert_eq!(scale([5_000].into_iter(), false), (4_999, 5_001));
        let (low, high) = scale([-7_000, 12_000].into_iter(), false);
        assert!(low <= -7_000 && high >= 12_000);
    }

    #[test]
    fn everything_lies_within_the_drawing() {
        for values in [vec!["0", "0"], vec!["1000000000", "1"], vec!["-5", "3"], vec!["0.001", "0.002"]] {
            let values: Vec<_> = values.into_iter().map(Some).collect();
            let svg = drawn(&values);
            for place in svg.split("cy=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let place: i64 = place.parse().unwrap();
                assert!((TOP..=FLOOR).contains(&place), "{values:?}: {place}");
            }
        }
        assert_eq!(drawn(&[Some("99999999999999999999"), Some("1")]), "", "what cannot be drawn is left to the table");
    }

    #[test]
    fn a_row_of_months_tells_each_by_shape() {
        let svg = strip(&points(&[Some("100"), Some("99"), None], "99.5"), "Kept in 1 of 2").as_str().to_owned();
        assert!(svg.contains("aria-label=\"Kept in 1 of 2\"") && svg.contains("<title>M1: 99</title>"), "{svg}");
        let shapes = ["m-ok", "m-bad", "m-none"].map(|class| svg.matches(&format!("class=\"{class}\"")).count());
        assert_eq!(shapes, [1, 1, 1]);
    }
}
