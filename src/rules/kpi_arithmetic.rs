use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::model::Record;
use crate::model::measurement::Measurement;
use crate::model::metric::Metric;

rule! {
    /// A measured value that does not follow from its parts, or that cannot be.
    ///
    /// Where numerator and denominator are given, the value is their quotient, a hundred times that when the unit of the
    /// metric is `%`, rounded to the `decimals` of the metric or to the places that are written. And the value lies
    /// between the `minimum` and `maximum` of the metric. Decimals are computed exactly. Nothing over nothing is not
    /// judged.
    ///
    /// ```yaml,bad
    /// # sms/metric/met-on-time.yaml
    /// kind: metric
    /// id: met-on-time
    /// unit: "%"
    /// # sms/measurement/m.yaml
    /// {kind: measurement, id: msr-1, metric: met-on-time, period: 2026-10, numerator: 52, denominator: 50, value: 96.0}
    /// ```
    ///
    /// ```yaml,good
    /// # sms/metric/met-on-time.yaml
    /// kind: metric
    /// id: met-on-time
    /// unit: "%"
    /// # sms/measurement/m.yaml
    /// {kind: measurement, id: msr-1, metric: met-on-time, period: 2026-10, numerator: 48, denominator: 50, value: 96.0}
    /// ```
    ///
    /// Count again. When the value was already reported, correct it with its reason in `correction`.
    KpiArithmetic = "kpi-arithmetic", Error, clauses: ["9.1"], kinds: ["measurement", "metric"];
}

fn wrong(measurement: &Record<'_>, value: &Exact, computed: &str) -> String {
    format!("the value of '{}' is {value}, but its parts give {computed}", measurement.id)
}

fn undefined(measurement: &Record<'_>) -> String {
    format!("the value of '{}' divides something by nothing", measurement.id)
}

fn outside(measurement: &Record<'_>, value: &Exact, word: &str, bound: &Exact) -> String {
    format!("the value of '{}' is {value}, but its metric allows at {word} {bound}", measurement.id)
}

const HELP: &str = "count again; a value that was reported is corrected with its reason in `correction`";

/// Places behind the point of a number as it is written.
fn places(number: &str) -> usize {
    number.split_once('.').map_or(0, |(_, places)| places.len())
}

/// The value that the parts give, where it is another than the written one.
fn contradicts(value: &Exact, written: &str, exact: &Exact, metric: Metric<'_>) -> Option<String> {
    let decimals = metric.decimals().and_then(|decimals| usize::try_from(decimals).ok()).unwrap_or(0);
    let places = u32::try_from(places(written).max(decimals)).ok()?;
    // A half may have been rounded either way.
    let twice = &(exact - value).abs() * &Exact::from(2);
    let unit = (0..places).fold(Exact::from(1), |unit, _| unit.over(&Exact::from(10)).unwrap_or(unit));
    (twice > unit).then(|| exact.text(places))
}

impl Rule for KpiArithmetic {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for measurement in cx.sms.all::<Measurement<'_>>() {
            let record = measurement.0.record;
            let metric = measurement.metric().and_then(|metric| cx.sms.view::<Metric<'_>>(cx.sms.find(metric.id)?));
            let (Some(metric), Some(value)) = (metric, measurement.value()) else { continue };
            let parts = measurement.numerator().zip(measurement.denominator());
            if let Some((above, below)) = parts {
                let factor = Exact::from(if metric.unit() == Some("%") { 100 } else { 1 });
                let written = record.get("value").and_then(|node| node.scalar()).unwrap_or_default();
                let told = match (&above * &factor).over(&below) {
                    Some(exact) => contradicts(&value, &written, &exact, metric).map(|it| wrong(record, &value, &it)),
                    None => (!above.is_zero()).then(|| undefined(record)),
                };
                if let Some(told) = told {
                    let field = if below.is_zero() { "denominator" } else { "value" };
                    out.field(record, field, told).help(HELP);
                    continue;
                }
            }
            let low = metric.minimum().filter(|least| value < *least).map(|least| ("minimum", "least", least));
            let high = metric.maximum().filter(|most| value > *most).map(|most| ("maximum", "most", most));
            if let Some((field, word, bound)) = low.or(high) {
                let draft = out.field(record, "value", outside(record, &value, word, &bound)).help(HELP);
                draft.related(metric.0.field_span(field), "the metric");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn the_value_is_the_quotient_rounded_as_written_or_to_the_decimals_of_the_metric() {
        check(
            &KpiArithmetic,
            "
            # sms/metric/share.yaml
            {kind: metric, id: share, unit: '%'}
            # sms/metric/mean.yaml
            {kind: metric, id: mean, unit: hours, decimals: 1}
            # sms/measurement/m.yaml
            {kind: measurement, id: a, metric: share, numerator: 57, denominator: 60, value: 95}
            ---
            {kind: measurement, id: b, metric: share, numerator: 2, denominator: 3, value: 67}
            ---
            {kind: measurement, id: c, metric: share, numerator: 2, denominator: 3, value: 66.66}
            #                                                                              ^^^^^ is 66.66, but its parts give 66.67
            ---
            {kind: measurement, id: d, metric: mean, numerator: 10, denominator: 4, value: 2.5}
            ---
            {kind: measurement, id: e, metric: mean, numerator: 10, denominator: 4, value: 3}
            #                                                                              ^ is 3, but its parts give 2.5
            ---
            {kind: measurement, id: f, metric: share, numerator: 1, denominator: 8, value: 12}
            ---
            {kind: measurement, id: g, metric: share, numerator: 1, denominator: 8, value: 13}
            ",
        );
    }

    #[test]
    fn a_half_may_be_rounded_either_way_and_no_further() {
        check(
            &KpiArithmetic,
            "
            # sms/metric/share.yaml
            {kind: metric, id: share, unit: '%', decimals: 1}
            # sms/measurement/m.yaml
            {kind: measurement, id: a, metric: share, numerator: 1, denominator: 16, value: 6.2}
            ---
            {kind: measurement, id: b, metric: share, numerator: 1, denominator: 16, value: 6.3}
            ---
            {kind: measurement, id: c, metric: share, numerator: 3, denominator: 400, value: '0.7'}
            ---
            {kind: measurement, id: d, metric: share, numerator: 1, denominator: 16, value: 6.1}
            #                                                                               ^^^ but its parts give 6.3
            ",
        );
    }

    #[test]
    fn the_value_lies_within_the_bounds_of_the_metric() {
        check(
            &KpiArithmetic,
            "
            # sms/metric/share.yaml
            {kind: metric, id: share, unit: '%', minimum: 0, maximum: 100}
            # sms/measurement/m.yaml
            {kind: measurement, id: a, metric: share, numerator: 52, denominator: 50, value: 104}
            #                                                                                ^^^ is 104, but its metric allows at most 100
            ---
            {kind: measurement, id: b, metric: share, value: -0.1}
            #                                                ^^^^ is -0.1, but its metric allows at least 0
            ---
            {kind: measurement, id: c, metric: share, value: 100.0}
            ---
            {kind: measurement, id: d, metric: share, numerator: 53, denominator: 50, value: 107}
            #                                                                                ^^^ but its parts give 106
            ",
        );
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        check(
            &KpiArithmetic,
            "
            # sms/metric/share.yaml
            {kind: metric, id: share, unit: '%'}
            # sms/measurement/m.yaml
            {kind: measurement, id: a, metric: share, numerator: 3, denominator: 0, value: 100}
            #                                                                    ^ the value of 'a' divides something by nothing
            ---
            {kind: measurement, id: b, metric: share, numerator: 0, denominator: 0, value: 100}
            ---
            {kind: measurement, id: c, metric: gone, numerator: 3, denominator: 2, value: 100}
            ---
            {kind: measurement, id: d, metric: share, numerator: 3, value: 100}
            ",
        );
    }
}
