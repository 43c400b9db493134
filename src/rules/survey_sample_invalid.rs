use super::rule::{Check, Report, Rule};
use crate::base::exact::Exact;
use crate::model::survey::{CustomerSample, Survey};
use crate::model::{At, Record};

rule! {
    /// A survey whose numbers of people cannot be true.
    ///
    /// No more people can answer than were asked, and no more can be asked than there are. What the customers in
    /// `by_customer` have together is no more than the whole, and `response_rate` is the responses as a share of the sample,
    /// rounded. Figures that do not hold together prove nothing about how satisfied anybody is.
    ///
    /// ```yaml,bad
    /// # sms/survey/sur-spring.yaml
    /// kind: survey
    /// id: sur-spring
    /// status: reported
    /// population: 300
    /// sample: 30
    /// responses: 40
    /// ```
    ///
    /// ```yaml,good
    /// # sms/survey/sur-spring.yaml
    /// kind: survey
    /// id: sur-spring
    /// status: reported
    /// population: 300
    /// sample: 90
    /// responses: 40
    /// response_rate: 44.4
    /// ```
    ///
    /// Count again, and write what was counted; a corrected figure goes to those who got the wrong one.
    SurveySampleInvalid = "survey-sample-invalid", Error, clauses: ["8.3.2"], kinds: ["survey"];
}

fn message(survey: &Record<'_>, who: Option<&str>, more: (&str, i64), less: (&str, i64)) -> String {
    let who = who.map_or_else(String::new, |who| format!(" for '{who}'"));
    format!(
        "the number of {} in the survey '{}'{who} is {}, but the number of {} only {}",
        words(more.0),
        survey.id,
        more.1,
        words(less.0),
        less.1
    )
}

fn message_sum(survey: &Record<'_>, name: &str, sum: i64, whole: i64) -> String {
    format!(
        "the customers of the survey '{}' together have {sum} {}, more than the {whole} of the whole",
        survey.id,
        words(name)
    )
}

fn message_rate(survey: &Record<'_>, rate: &Exact, right: &Exact) -> String {
    format!("the response rate of the survey '{}' is {}, not {rate}", survey.id, right.text(1))
}

/// What a field counts, in words.
fn words(name: &str) -> &str {
    match name {
        "sample" => "people asked",
        "population" => "users",
        other => other,
    }
}

const HELP: &str = "count again: responses are part of the sample, and the sample is part of the population";
const HELP_SUM: &str = "count again: every person belongs to one customer, and is part of the whole";
const HELP_RATE: &str = "divide the responses by the sample, times 100";

/// The numbers of a survey or of one customer in it, from the smallest.
type Counts = [(&'static str, Option<i64>); 3];

/// Reports each number that is larger than the one it is a part of.
fn parts(survey: &Record<'_>, at: At<'_>, who: Option<&str>, counts: Counts, out: &mut Report) {
    for pair in counts.windows(2) {
        if let [(name, Some(part)), (of, Some(whole))] = pair
            && part > whole
        {
            out.at(survey, at.field_span(name), message(survey, who, (name, *part), (of, *whole))).help(HELP);
        }
    }
}

/// Whether `rate` is `right`, rounded to any number of places.
fn is_rounded(rate: &Exact, right: &Exact) -> bool {
    (0..=4).any(|places| right.round(places) == *rate)
}

impl Rule for SurveySampleInvalid {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        for survey in cx.sms.all::<Survey<'_>>() {
            let record = survey.0.record;
            let whole =
                [("responses", survey.responses()), ("sample", survey.sample()), ("population", survey.population())];
            parts(record, survey.0, None, whole, out);
            let rows = survey.by_customer();
            for row in &rows {
                let counts =
                    [("responses", row.responses()), ("sample", row.sample()), ("population", row.population())];
                parts(record, row.0, row.customer(), counts, out);
            }
            let columns: [fn(&CustomerSample<'_>) -> Option<i64>; 3] =
                [|row| row.responses(), |row| row.sample(), |row| row.population()];
            for ((name, whole), column) in whole.into_iter().zip(columns) {
                let sum = rows.iter().filter_map(column).fold(0i64, i64::saturating_add);
                if let Some(whole) = whole.filter(|whole| sum > *whole) {
                    out.field(record, name, message_sum(record, name, sum, whole)).help(HELP_SUM);
                }
            }
            let (responses, sample) = (survey.responses().map(Exact::from), survey.sample().map(Exact::from));
            let share = responses.zip(sample).and_then(|(part, whole)| (&part * &Exact::from(100)).over(&whole));
            if let (Some(rate), Some(right)) = (survey.response_rate(), share)
                && !is_rounded(&rate, &right)
            {
                out.field(record, "response_rate", message_rate(record, &rate, &right)).help(HELP_RATE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_part_is_no_larger_than_its_whole_in_total_and_for_each_customer() {
        check(
            &SurveySampleInvalid,
            "
            # sms/survey/a.yaml
            kind: survey
            id: a
            population: 29
            sample: 30
            #       ^^ in the survey 'a' is 30, but the number of users only 29
            responses: 31
            #          ^^ the number of responses in the survey 'a' is 31, but the number of people asked only 30
            by_customer:
              - {customer: cus-a, population: 10, sample: 10, responses: 11}
            #                                                            ^^ in the survey 'a' for 'cus-a' is 11
              - {customer: cus-b, sample: 9, population: 9}
            ",
        );
    }

    #[test]
    fn customers_together_are_no_more_than_the_whole() {
        check(
            &SurveySampleInvalid,
            "
            # sms/survey/a.yaml
            kind: survey
            id: a
            population: 30
            #           ^^ together have 31 users, more than the 30
            sample: 20
            responses: 3
            by_customer: [{customer: cus-a, population: 16, sample: 10, responses: 1}, {customer: cus-b, population: 15, sample: 10}]
            ",
        );
    }

    #[test]
    fn the_rate_is_a_rounded_quotient() {
        check(
            &SurveySampleInvalid,
            "
            # sms/survey/a.yaml
            {kind: survey, id: a, sample: 90, responses: 40, response_rate: 45}
            #                                                               ^^ the response rate of the survey 'a' is 44.4, not 45
            # sms/survey/b.yaml
            {kind: survey, id: b, sample: 90, responses: 40, response_rate: 44}
            # sms/survey/c.yaml
            {kind: survey, id: c, sample: 90, responses: 40, response_rate: 44.44}
            # sms/survey/d.yaml
            {kind: survey, id: d, sample: 0, responses: 0, response_rate: 0, population: 0}
            # sms/survey/e.yaml
            {kind: survey, id: e, responses: 40, response_rate: 99}
            ",
        );
    }
}
