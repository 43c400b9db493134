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
    let mut fence: Option<(char, usize, usize)> = None;
    let mut hidden = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        let bare = line.trim_start();
        let mark = bare.chars().next().filter(|first| matches!(first, '`' | '~'));
        let length = mark.map_or(0, |mark| bare.chars().take_while(|character| *character == mark).count());
        let indent = line.len() - bare.len();
        if let Some((open, most, deep)) = fence {
            // Further in than it began, a row of marks is still code.
            let ends = mark == Some(open) && length >= most && indent <= deep.max(3);
            if ends && bare.chars().all(|character| character == open) {
                fence = None;
            }
            continue;
        }
        if let Some(mark) = mark.filter(|_| length >= 3) {
            fence = Some((mark, length, indent));
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

    #[test]
    fn a_commit_has_seven_to_sixty_four_digits_and_is_kept_in_lower_case() {
        let commit = |text: &str| match &commands(&format!("/gitsm approve {text}"))[..] {
            [Command::Vote { verb: Verb::Approve, commit: Some(commit), .. }] => Some(commit.clone()),
            [] => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(commit("abcdef"), None);
        assert_eq!(commit("ABCDEF0").as_deref(), Some("abcdef0"));
        assert_eq!(commit(&"A1".repeat(32)), Some("a1".repeat(32)));
        assert_eq!(commit(&"a".repeat(65)), None);
        for other in ["abcdefg", "abcdef0 abcdef1", "abcdef0.", "#abcdef0", "äbcdef0", "abcdef0, please"] {
            assert_eq!(commit(other), None, "{other}");
        }
    }

    #[test]
    fn one_space_comes_first_and_more_of_them_matter_no_more() {
        assert_eq!(verbs("/gitsm approve    abcdef1  \t"), [Some(Verb::Approve)]);
        assert_eq!(verbs("/gitsm withdraw   "), [Some(Verb::Withdraw)]);
        for text in [
            "/gitsm  withdraw",
            "/gitsm\twithdraw",
            "/gitsm approve\tabcdef1",
            "\t/gitsm withdraw",
            "/GITSM withdraw",
            "\u{a0}/gitsm withdraw",
            "//gitsm withdraw",
        ] {
            assert_eq!(verbs(text), [], "{text:?}");
        }
    }

    #[test]
    fn words_behind_a_command_that_takes_none_make_it_talk() {
        for text in [
            "/gitsm explain it",
            "/gitsm recheck now",
            "/gitsm withdraw abcdef1",
            "/gitsm approve it all",
            "/gitsm bless",
        ] {
            assert_eq!(commands(text), [], "{text}");
        }
    }

    #[test]
    fn a_reason_is_kept_as_it_was_written_without_the_spaces_around() {
        let reason = |text: &str| match &commands(text)[..] {
            [Command::Vote { reason, against, commit: None, .. }] => (reason.clone(), against.clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reason("/gitsm object   No `rollback`  was  tried. "),
            ("No `rollback`  was  tried.".to_owned(), None)
        );
        let (why, against) = reason("/gitsm overrule   Jon-Paert   agreed on: risk is low");
        assert_eq!((why.as_str(), against.as_deref()), ("agreed on: risk is low", Some("Jon-Paert")));
        assert_eq!(commands("/gitsm overrule"), []);
    }

    #[test]
    fn a_fence_is_closed_by_its_own_mark_as_long_as_it_and_not_further_in() {
        let open = "\n/gitsm withdraw";
        assert_eq!(verbs(&format!("```\nx\n`````{open}")), [Some(Verb::Withdraw)], "longer");
        assert_eq!(verbs(&format!("```\nx\n   ```{open}")), [Some(Verb::Withdraw)], "three spaces in");
        assert_eq!(
            verbs(&format!("1. a\n\n     ```\n     x\n     ```{open}")),
            [Some(Verb::Withdraw)],
            "within a list"
        );
        assert_eq!(verbs(&format!("``\nx{open}")), [Some(Verb::Withdraw)], "two marks are no fence");
        for text in ["```\n~~~", "````\n```", "```\n``` rust", "~~~\n```", "```\n    ```", "```yaml\n      ```"] {
            assert_eq!(verbs(&format!("{text}{open}")), [], "{text}");
        }
    }

    #[test]
    fn hidden_text_ends_with_its_last_mark() {
        assert_eq!(verbs("<!-- a --> <!-- b\n/gitsm withdraw\n-->\n/gitsm explain"), [None]);
        assert_eq!(verbs("<!-- a\n/gitsm withdraw -->\n/gitsm object x"), [Some(Verb::Object)]);
        assert_eq!(verbs("<!-- never closed\n/gitsm withdraw"), []);
        assert_eq!(verbs("```\n<!--\n```\n/gitsm withdraw"), [Some(Verb::Withdraw)], "in code nothing is hidden");
        assert_eq!(verbs("/gitsm object <!-- x -->"), [], "a line that hides something is no whole line");
    }

    #[test]
    fn commands_keep_their_order_and_are_not_merged() {
        let text = "/gitsm approve abcdef1\n/gitsm withdraw\n\n/gitsm approve abcdef1\n";
        assert_eq!(verbs(text), [Some(Verb::Approve), Some(Verb::Withdraw), Some(Verb::Approve)]);
        assert_eq!(commands(""), []);
    }
}
