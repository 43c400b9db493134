//! `gitsm slm`.

use clap::{Args, ValueEnum};

use super::table::{plain, table};
use super::{Context, Exit};
use crate::base::period::Period;
use crate::base::suggest::nearest;
use crate::graph::Graph;
use crate::levels::{Effort, Meter};
use crate::model::{Ix, Sms};
use crate::slm::{self, Ask};

/// Arguments of `slm`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only these SLAs, or those of these services or customers, each in full
    ids: Vec<String>,
    /// The last period to show, such as 2026-10, 2026-Q3 or 2026; left out, the one that is running
    #[arg(long, value_parser = period)]
    period: Option<Period>,
    /// How many periods to show; 3 for all SLAs, 12 for single ones and for charts
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u8).range(1..=60))]
    last: Option<u8>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table of all, or single ones in words
    Human,
    /// One JSON value
    Json,
    /// One target and period a line, separated by commas
    Csv,
    /// A table for a report or a comment
    Markdown,
    /// A chart of error budgets
    Svg,
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).ok_or_else(|| format!("'{text}' is no period; write it like 2026-10, 2026-Q3 or 2026"))
}

/// Runs it.
pub(super) fn run(cx: &mut Context<'_>, arguments: &Arguments) -> anyhow::Result<Exit> {
    cx.with_sms(|cx, sms| {
        let slas = resolve(sms, &arguments.ids)?;
        let as_of = sms.snapshot.as_of;
        let wide = !slas.is_empty() || arguments.format == Format::Svg;
        let ask = Ask {
            slas,
            until: arguments.period.map_or_else(|| as_of.day(), |period| period.last),
            periods: arguments.last.map_or(if wide { 12 } else { 3 }, usize::from),
            effort: Effort::Full,
        };
        cx.progress.stage("measuring");
        let graph = Graph::build(sms);
        let meter = Meter::new(sms);
        let levels = slm::levels(sms, &graph, &meter, &ask);
        cx.progress.pause();
        match arguments.format {
            Format::Json => cx.json(&slm::json(sms, &levels))?,
            Format::Csv => cx.text(&slm::csv(&levels))?,
            Format::Markdown => cx.text(&slm::markdown(sms, &levels))?,
            Format::Svg => cx.text(&slm::svg(&as_of.to_string(), &levels))?,
            Format::Human if arguments.ids.is_empty() => {
                let (rows, below) = slm::overview(&levels);
                cx.text(&table(&rows))?;
                cx.text(&format!("\n{below}"))?;
                if let Some(level) = levels.first() {
                    cx.next(&format!("`gitsm slm {}` shows one in full", level.sla.0.record.id))?;
                }
            }
            Format::Human => {
                let told: Vec<String> = levels.iter().map(|level| slm::one(sms, level)).collect();
                for line in told.join("\n").lines() {
                    cx.line(plain(line))?;
                }
            }
        }
        Ok(Exit::Clean)
    })
}

/// The SLAs that are named, and those of services and customers that are named.
fn resolve(sms: &Sms<'_>, ids: &[String]) -> anyhow::Result<Vec<Ix>> {
    use crate::model::sla::Sla;
    let mut found = Vec::new();
    for id in ids {
        let Some(ix) = sms.find(id) else {
            let known = ["sla", "service", "customer"].into_iter().flat_map(|kind| sms.of_kind(kind));
            let hint = nearest(id, known.map(|(_, record)| record.id.as_str()));
            let hint = hint
                .map_or("`gitsm list sla` tells what there is".to_owned(), |near| format!("did you mean `{near}`?"));
            anyhow::bail!("there is no '{id}'; {hint}");
        };
        let is_about = |sla: &Sla<'_>| {
            let named = [sla.service().map(|service| service.id), sla.customer().map(|customer| customer.id)];
            named.into_iter().flatten().any(|named| sms.find(named) == Some(ix))
        };
        let slas = sms.of_kind("sla").filter(|(at, _)| *at == ix || sms.view(*at).is_some_and(|sla| is_about(&sla)));
        let before = found.len();
        found.extend(slas.map(|(at, _)| at));
        if found.len() == before {
            let kind = &sms.record(ix).kind.name;
            anyhow::bail!("'{id}' is of kind {kind} and has no SLA; name an SLA, a service or a customer");
        }
    }
    Ok(found)
}
