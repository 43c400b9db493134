use jiff::civil::Date;

use super::rule::{Check, Documented as _, Report, Rule};
use crate::base::date::{after, parse_date};
use crate::base::duration::Duration;
use crate::model::knowledge::{Knowledge, KnowledgeStatus};
use crate::model::{Record, Sms};

rule! {
    /// A published article that may no longer be true.
    ///
    /// People act on articles, often at night. One that nobody has looked at for a year, or that is only about things that
    /// are over, is a trap. The year counts from `review.last`, else from `published_on`; the article's own
    /// `review.interval` counts instead, and a policy in force may set other days in `limits` for this rule. Where an
    /// article has both an interval and a last review, `review-overdue` tells.
    ///
    /// ```yaml,bad
    /// # sms/knowledge/kb-restore.yaml
    /// kind: knowledge
    /// id: kb-restore
    /// status: published
    /// published_on: 2023-10-02
    /// ```
    ///
    /// ```yaml,good
    /// # sms/knowledge/kb-restore.yaml
    /// kind: knowledge
    /// id: kb-restore
    /// status: published
    /// published_on: 2023-10-02
    /// review: {interval: 365d, last: 2026-07-02, by: kofi}
    /// ```
    ///
    /// Try the steps, mend what is wrong and write a `review`; retire the article when nobody needs it.
    KnowledgeStale = "knowledge-stale", Info, clauses: ["7.6"], kinds: ["knowledge"], clock;
}

const INTERVAL: Duration = Duration::from_days(365);

const HELP: &str = "try it, mend what is wrong, and write `review` with an interval and the day";
const HELP_OVER: &str = "retire the article, or say in `about` what it is about today";

/// Whether everything that the article is about is over.
fn is_about_the_past(sms: &Sms<'_>, article: Knowledge<'_>) -> bool {
    let about = article.about();
    !about.is_empty() && about.into_iter().all(|about| sms.follow(about).is_some_and(Record::is_at_rest))
}

/// The day on which somebody last looked at it, and how long that holds; nothing when another rule judges it.
fn seen(article: Knowledge<'_>, default: Duration) -> Option<(Date, Duration)> {
    let field = |name| article.0.record.get("review").and_then(|review| review.get(name)?.as_str());
    let interval = field("interval").and_then(|text| Duration::parse(text).ok());
    let last = field("last").and_then(|text| parse_date(text).ok());
    if interval.is_some() && last.is_some() {
        return None;
    }
    Some((last.or(article.published_on())?, interval.unwrap_or(default)))
}

impl Rule for KnowledgeStale {
    fn check(&self, cx: &Check<'_>, out: &mut Report) {
        let default = cx.time_limit(self.code().id, INTERVAL);
        for article in cx.sms.all::<Knowledge<'_>>() {
            let record = article.0.record;
            if article.status() != Some(KnowledgeStatus::Published) {
                continue;
            }
            if is_about_the_past(cx.sms, article) {
                let words = format!("all that the article '{}' is about is over", record.id);
                out.field(record, "about", words).help(HELP_OVER);
                continue;
            }
            let Some((day, interval)) = seen(article, default) else { continue };
            if after(day, interval) < cx.today() {
                let words = format!("nobody has looked at the article '{}' since {day}", record.id);
                let field = if record.get("review").is_some() { "review" } else { "published_on" };
                out.field(record, field, words).help(HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::check;

    #[test]
    fn a_year_after_the_last_look_an_article_is_stale() {
        check(
            &KnowledgeStale,
            "
            # sms/knowledge/kb-a.yaml
            {kind: knowledge, id: kb-a, status: published, published_on: 2025-11-19}
            #                                                            ^^^^^^^^^^ the article 'kb-a' since 2025-11-19
            # sms/knowledge/kb-b.yaml
            {kind: knowledge, id: kb-b, status: published, published_on: 2025-11-20}
            # sms/knowledge/kb-c.yaml
            {kind: knowledge, id: kb-c, status: published, published_on: 2026-08-01, review: {interval: 30d}}
            #                                                                        ^^^^^^ 'kb-c' since 2026-08-01
            # sms/knowledge/kb-d.yaml
            {kind: knowledge, id: kb-d, status: published, published_on: 2020-08-01, review: {last: 2025-11-21}}
            ",
        );
    }

    #[test]
    fn an_article_about_things_that_are_over_is_stale_at_once() {
        check(
            &KnowledgeStale,
            "
            # sms/knowledge/kb-a.yaml
            {kind: knowledge, id: kb-a, status: published, published_on: 2026-11-01, about: [svc-a, ci-a]}
            #                                                                        ^^^^^ all that the article 'kb-a' is about
            # sms/knowledge/kb-b.yaml
            {kind: knowledge, id: kb-b, status: published, published_on: 2026-11-01, about: [svc-a, ci-b]}
            # sms/knowledge/kb-c.yaml
            {kind: knowledge, id: kb-c, status: published, published_on: 2026-11-01, about: [svc-a, ci-gone]}
            # sms/service/svc-a.yaml
            {kind: service, id: svc-a, status: retired}
            # sms/ci/ci-a.yaml
            {kind: ci, id: ci-a, status: disposed}
            # sms/ci/ci-b.yaml
            {kind: ci, id: ci-b, status: live}
            ",
        );
    }

    #[test]
    fn a_policy_sets_another_time_and_reviews_that_are_told_elsewhere_are_not_told_here() {
        check(
            &KnowledgeStale,
            "
            # sms/knowledge/kb-a.yaml
            {kind: knowledge, id: kb-a, status: published, published_on: 2025-11-19}
            # sms/knowledge/kb-b.yaml
            {kind: knowledge, id: kb-b, status: published, review: {interval: 30d, last: 2020-01-01}}
            # sms/knowledge/kb-c.yaml
            {kind: knowledge, id: kb-c, status: draft, published_on: 2020-01-01}
            # sms/knowledge/kb-d.yaml
            {kind: knowledge, id: kb-d, status: stale, published_on: 2020-01-01}
            # sms/policy/p.yaml
            {kind: policy, id: p, status: in_force, limits: [{rule: knowledge-stale, value: 366d}]}
            ",
        );
    }
}
