//! Every text that people read on GitHub. What comes from records or strangers is escaped and mentions nobody.

use super::judge::Case;
use crate::base::date::AsOf;
use crate::base::text::counted;
use crate::gate::markdown::{self, code, code_cell, escape};
use crate::gate::{Decision, Outcome};

/// How the bot knows its own comment; not shown.
pub(super) const MARKER: &str = "<!-- gitsm:decision -->";
/// What a check says while everything is read again.
pub(super) const LOOKING: &str = "Looking again";
/// What a check run says when a newer one takes its place.
pub(super) const REPLACED: &str = "Replaced";

/// GitHub takes at most 65,535 characters; so many are used.
const MOST: usize = 60_000;
/// Most things of a sort that are listed by name.
const LISTED: usize = 12;

/// One line for the list of checks.
#[must_use]
pub(super) fn title(case: &Case) -> String {
    let decision = &case.heard.decision;
    let words = match case.outcome() {
        Outcome::Pass => "may be merged",
        Outcome::Pending => "waits for people",
        Outcome::Blocked => "may not be merged",
        Outcome::Error => "cannot be decided",
    };
    let change = decision.change.as_deref().map_or_else(String::new, |change| format!("{change}: "));
    let line = format!("{change}{words}");
    line.chars().filter(|character| !character.is_control()).take(200).collect()
}

/// The decision in short, for the top of a check and for the page of a workflow.
#[must_use]
pub fn summary(case: &Case) -> String {
    let decision = &case.heard.decision;
    let mut out = markdown::heading(decision);
    if decision.outcome != Outcome::Pass {
        out += &format!("**Next:** {}\n\n", escape(&decision.next.text));
    }
    out += &twins(case);
    out += &tampered(case);
    out += &markdown::rated(decision);
    out += &markdown::seats(decision);
    cut(out)
}

/// The whole decision, for the page of a check.
#[must_use]
pub(super) fn details(case: &Case) -> String {
    cut(reach(case)
        + &window(&case.heard.decision)
        + &conflicts(&case.heard.decision)
        + &findings(case)
        + &folded(case))
}

/// The comment on the pull request.
#[must_use]
pub(super) fn comment(case: &Case) -> String {
    let decision = &case.heard.decision;
    let top = format!("{MARKER}\n{}", summary(case));
    let middle = reach(case) + &window(decision) + &conflicts(decision) + &findings(case);
    let folded = folded(case);
    let foot = foot(case);
    let whole = format!("{top}{middle}{folded}{foot}");
    if whole.chars().count() <= MOST {
        return whole;
    }
    cut(format!("{top}{foot}\nThe details are too long for a comment; they stand on the page of the check.\n"))
}

fn cut(text: String) -> String {
    if text.chars().count() <= MOST {
        return text;
    }
    let mut short: String = text.chars().take(MOST).collect();
    short.truncate(short.rfind('\n').unwrap_or(short.len()));
    // An open block would swallow what follows.
    if short.lines().filter(|line| line.starts_with("```")).count() % 2 == 1 {
        short += "\n```";
    }
    let open = short.matches("<details").count().saturating_sub(short.matches("</details>").count());
    short += &"\n\n</details>".repeat(open);
    short + "\n\n… and more than can be shown here.\n"
}

fn twins(case: &Case) -> String {
    let worse: Vec<String> = case
        .twins
        .iter()
        .filter(|(_, outcome)| **outcome > case.heard.decision.outcome)
        .map(|(number, outcome)| format!("#{number} ({outcome})"))
        .collect();
    if worse.is_empty() {
        return String::new();
    }
    format!(
        "The same commit is the head of {}. A check belongs to a commit, so that it says the worst of them.\n\n",
        worse.join(", ")
    )
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let shown = all.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > LISTED { format!("{shown} and {} more", all.len() - LISTED) } else { shown }
}

/// What would feel it if it went wrong.
fn reach(case: &Case) -> String {
    let affected = &case.heard.decision.affected;
    if affected.items.is_empty() && affected.services.is_empty() {
        return String::new();
    }
    let mut out =
        format!("#### What would feel it\n\nIt affects {}.", listed(affected.items.iter().map(|id| code(id))));
    if affected.services.is_empty() {
        out += " No service would feel its failure.\n\n";
    } else {
        let counts = [
            counted(affected.services.len(), "service", "services"),
            counted(affected.slas.len(), "agreement", "agreements"),
            counted(affected.customers.len(), "customer", "customers"),
        ];
        out += &format!(" Its failure would be felt by {}.\n\n", crate::base::text::and(&counts));
        out += "| service | state | criticality |\n|---|---|---|\n";
        for felt in affected.services.iter().take(LISTED) {
            let criticality = felt.criticality.unwrap_or("–");
            out += &format!("| {} | {} | {criticality} |\n", code_cell(&felt.id), felt.state.label());
        }
        if affected.services.len() > LISTED {
            out += &format!("| and {} more | | |\n", affected.services.len() - LISTED);
        }
        out += "\n";
        if !affected.customers.is_empty() {
            out += &format!("Customers: {}.\n\n", listed(affected.customers.iter().map(|id| code(id))));
        }
    }
    match &case.heard.picture {
        Some(picture) => {
            out + "<details><summary>Picture</summary>\n\n```mermaid\n" + picture + "```\n\n</details>\n\n"
        }
        None => out,
    }
}

/// When it is planned; how that lies to service hours is one of the terms of the risk.
fn window(decision: &Decision) -> String {
    let Some(content) = decision.content.as_ref().filter(|content| !content.windows.is_empty()) else {
        return String::new();
    };
    let mut out = "#### When\n\n".to_owned();
    for (change, span) in &content.windows {
        out += &format!("- {}: {} to {}\n", code(change), AsOf::new(span.start), AsOf::new(span.end));
    }
    let terms = decision.risk.iter().flat_map(|risk| &risk.terms);
    for term in terms.filter(|term| term.id.contains("hours") || term.id.contains("window")) {
        out += &format!("- {}\n", escape(&term.why));
    }
    out + "\n"
}

fn conflicts(decision: &Decision) -> String {
    if decision.conflicts.is_empty() {
        return String::new();
    }
    let mut out = "#### Other changes in the way\n\n".to_owned();
    for conflict in &decision.conflicts {
        let number = conflict.number.map_or_else(String::new, |number| format!(" (#{number})"));
        let on = listed(conflict.on.iter().map(|id| code(id)));
        let settled = if conflict.settled { ", which both know" } else { "" };
        let sign = markdown::sign(conflict.outcome);
        out += &format!("- {sign} {}{number} on {on}{settled}\n", code(&conflict.change));
    }
    out + "\n"
}

/// Commands that somebody else changed afterwards; they are void, and their givers should know of it.
fn tampered(case: &Case) -> String {
    let mut out = String::new();
    for command in &case.heard.facts.commands {
        let (Some(by), Some(of)) = (&command.edited_by, &command.account) else { continue };
        if by.id != of.id && by.id != 0 {
            let (by, of) = (code(&by.login), code(&of.login));
            out += &format!("⚠️ {by} edited a comment of {of} that held a command. It counts no longer.\n\n");
        }
    }
    out
}

fn findings(case: &Case) -> String {
    let heard = &case.heard;
    if heard.findings == 0 {
        return String::new();
    }
    let mut out = format!("#### It brings {}\n\n", counted(heard.findings, "finding", "findings"));
    for it in heard.introduced.iter().take(LISTED) {
        let place = code(&format!("{}:{}:{}", it.path, it.line, it.column));
        out += &format!("- {}: {} {} {}\n", it.severity, place, escape(&it.message), code(&it.rule));
    }
    if heard.findings > LISTED {
        out += &format!("- and {} more; `gitsm check --since` the base shows all\n", heard.findings - LISTED);
    }
    out + "\n"
}

fn folded(case: &Case) -> String {
    let decision = &case.heard.decision;
    let mut reasons = markdown::reasons(decision);
    if case.explain {
        reasons = reasons.replacen("<details>", "<details open>", 1);
    }
    reasons + &markdown::risk(decision) + &markdown::excluded(decision)
}

fn foot(case: &Case) -> String {
    let decision = &case.heard.decision;
    let short = |commit: &str| code(commit.get(..10).unwrap_or(commit));
    let policy = decision.policy.as_ref().map_or_else(String::new, |policy| {
        let version = policy.version.as_deref().map_or_else(String::new, |version| format!(" {}", escape(version)));
        format!(" by {}{version}", code(&policy.id))
    });
    let forged = if case.seen.forged {
        "\n\n⚠️ Somebody else publishes a check of the same name on this commit. Let the required check accept this App alone."
    } else {
        ""
    };
    format!(
        "\n<sub>Decided for {} into {} at {}{policy}. To agree: approve in a review, or write `/gitsm approve {}` as a line of its own. \
         Also: `/gitsm object REASON`, `/gitsm withdraw`, `/gitsm explain`, `/gitsm recheck`.</sub>{forged}\n",
        short(&decision.head.commit),
        code(&decision.base.branch),
        short(&decision.base.commit),
        decision.head.commit.get(..10).unwrap_or(&decision.head.commit),
    )
}

#[cfg(test)]
mod tests;
