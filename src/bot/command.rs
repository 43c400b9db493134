//! Commands in comments: one whole line each, outside of quotes, code and hidden text; every other line is talk.

use crate::gate::facts::Verb;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Show the whole decision again.
    Explain,
    /// Look at everything anew.
    Recheck,
    /// Something that the gate weighs.
    Vote {
        /// What it asks for.
        verb: Verb,
        /// The commit that it names.
        commit: Option<String>,
        /// Whose objection it overrules, by person.
        against: Option<String>,
        /// Why.
        reason: String,
    },
}

/// Every command in a text, in order.
#[must_use]
pub fn commands(text: &str) -> Vec<Command> {
    spoken(text).into_iter().filter_map(command).collect()
}

/// The lines that somebody says: not quoted, not code, not hidden.
fn spoken(text: &str) -> Vec<&str> {
    let mut fence: Option<(char, usize)> = None;
    let mut hidden = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        let bare = line.trim_start();
        let mark = bare.chars().next().filter(|first| matches!(first, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|character| *character == mark).count());
        if let Some((open, most)) = fence {
            if mark == Some(open) && length >= most && bare.chars().all(|character| character == open) {
                fence = None;
            }
            continue;
        }
        if let Some(mark) = mark.filter(|_| length >= 3) {
            fence = Some((mark, length));
            continue;
        }
        if hidden || bare.contains("<!--") {
            // What stands behind the end of the hidden text on its own line is no whole line.
            hidden = !bare.rsplit_once("<!--").map_or(bare, |(_, rest)| rest).contains("-->");
            continue;
        }
        lines.push(line);
    }
    lines
}

/// The command that a line is. It begins in the first column, so that nothing indented, listed or quoted is one.
fn command(line: &str) -> Option<Command> {
    let words = line.strip_prefix("/gitsm ")?;
    let (verb, rest) = words.split_once(' ').map_or((words, ""), |(verb, rest)| (verb, rest.trim()));
    let vote = |verb, commit: Option<&str>, against: Option<&str>, reason: &str| {
        Some(Command::Vote {
            verb,
            commit: commit.map(str::to_lowercase),
            against: against.map(str::to_owned),
            reason: reason.to_owned(),
        })
    };
    match (verb, rest) {
        ("explain", "") => Some(Command::Explain),
        ("recheck", "") => Some(Command::Recheck),
        ("withdraw", "") => vote(Verb::Withdraw, None, None, ""),
        // Without a commit it is no vote, but the one who gave it is told why.
        ("approve", "") => vote(Verb::Approve, None, None, ""),
        ("approve", commit) if is_hash(commit) => vote(Verb::Approve, Some(commit), None, ""),
        ("object", reason) if !reason.is_empty() => vote(Verb::Object, None, None, reason),
        ("overrule", rest) => {
            let (person, reason) = rest.split_once(' ')?;
            let reason = reason.trim();
            if reason.is_empty() { None } else { vote(Verb::Overrule, None, Some(person), reason) }
        }
        _ => None,
    }
}

fn is_hash(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs(text: &str) -> Vec<Option<Verb>> {
        let verb = |command| match command {
            Command::Vote { verb, .. } => Some(verb),
            Command::Explain | Command::Recheck => None,
        };
        commands(text).into_iter().map(verb).collect()
    }

    #[test]
    fn each_command_is_a_whole_line() {
        let text = "Looks good.\n/gitsm approve ABCDEF1\r\n/gitsm object the window is too short\n/gitsm withdraw\n\
                    /gitsm overrule jon-paert seen, and accepted  \n/gitsm explain\n/gitsm recheck\n";
        let found = commands(text);
        assert_eq!(found.len(), 6, "{found:?}");
        let vote = |verb, commit: Option<&str>, against: Option<&str>, reason: &str| Command::Vote {
            verb,
            commit: commit.map(str::to_owned),
            against: against.map(str::to_owned),
            reason: reason.to_owned(),
        };
        assert_eq!(found[0], vote(Verb::Approve, Some("abcdef1"), None, ""));
        assert_eq!(found[1], vote(Verb::Object, None, None, "the window is too short"));
        assert_eq!(found[3], vote(Verb::Overrule, None, Some("jon-paert"), "seen, and accepted"));
        assert_eq!(found[4..], [Command::Explain, Command::Recheck]);
    }

    #[test]
    fn case_43_what_is_quoted_fenced_indented_or_part_of_a_sentence_is_no_command() {
        for text in [
            "> /gitsm approve abcdef1",
            "I would not /gitsm approve abcdef1",
            "```\n/gitsm approve abcdef1\n```",
            "~~~~ yaml\n/gitsm approve abcdef1\n~~~\n/gitsm approve abcdef1\n~~~~",
            "````\n```\n/gitsm approve abcdef1\n````",
            "    /gitsm approve abcdef1",
            " /gitsm approve abcdef1",
            "- /gitsm approve abcdef1",
            "<!-- a\n/gitsm approve abcdef1\n-->",
            "<!-- a --> /gitsm approve abcdef1",
            "/gitsm approve abcdef1 if the tests pass",
            "/gitsm approve abc",
            "/gitsm approve main",
            "/gitsm Approve abcdef1",
            "/gitsm object",
            "/gitsm overrule jon-paert",
            "/gitsm withdraw everything",
            "/gitsmapprove abcdef1",
            "/gitsm",
            "`/gitsm withdraw`",
        ] {
            assert_eq!(verbs(text), [], "{text}");
        }
    }

    #[test]
    fn talk_after_a_fence_or_hidden_text_counts_again() {
        assert_eq!(verbs("```\nx\n```\n/gitsm withdraw"), [Some(Verb::Withdraw)]);
        assert_eq!(verbs("<!-- x -->\n/gitsm withdraw"), [Some(Verb::Withdraw)]);
        assert_eq!(verbs("<!-- x\n-->\n/gitsm withdraw"), [Some(Verb::Withdraw)]);
        assert_eq!(verbs("``` never closed\n/gitsm withdraw"), []);
    }

    #[test]
    fn an_approval_without_a_commit_is_kept_so_that_its_giver_is_told() {
        let found = commands("/gitsm approve");
        assert!(matches!(&found[..], [Command::Vote { verb: Verb::Approve, commit: None, .. }]));
    }
}
