//! What the documents tell people to type works. Every line of each ```` ```sh ```` and ```` ```console ```` block of the
//! documents is run, in order, in a temporary copy of the records of this project. A line that is neither a call of
//! `gitsm` nor listed in [`known`] fails, so that no command goes unlooked at.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use crate::program::{Folder, project};

/// What is done with a line.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Run the built program with these arguments.
    Gitsm(Vec<String>),
    /// Go on in this folder.
    Enter(String),
    /// A command of other programs, which this test does not run.
    Known,
}

/// Beginnings of commands of other programs that documents may name.
const KNOWN: [&str; 12] = [
    "cargo bench",
    "cargo build",
    "cargo clippy",
    "cargo deny",
    "cargo fmt",
    "cargo install --path .",
    "cargo insta",
    "cargo test",
    "git clone ",
    "git merge ",
    "GITSM_UPDATE=1 cargo test",
    ".ci/run",
];

/// What to do with one command line.
fn step(line: &str) -> Result<Step, String> {
    let words = words(line)?;
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    match texts.as_slice() {
        ["gitsm", arguments @ ..] => Ok(Step::Gitsm(arguments.iter().map(ToString::to_string).collect())),
        ["cargo", "run", rest @ ..] => match rest.iter().position(|word| *word == "--") {
            Some(at) => Ok(Step::Gitsm(rest[at + 1..].iter().map(ToString::to_string).collect())),
            None => Err(format!("`{line}` runs gitsm without `--` and arguments")),
        },
        ["cd", folder] => Ok(Step::Enter((*folder).to_owned())),
        _ if KNOWN.iter().any(|known| line.starts_with(known)) => Ok(Step::Known),
        _ => Err(format!("`{line}` is no command that this test knows; run it here or list it in KNOWN")),
    }
}

/// The words of a line as a shell reads them: quotes, no variables, no pipes.
fn words(line: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in line.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some('"'), '$' | '`' | '\\') | (None, '$' | '`' | '\\' | '|' | '>' | '<' | '&' | ';' | '*' | '(') => {
                return Err(format!("`{line}` needs a shell for '{character}'"));
            }
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    if quote.is_some() { Err(format!("`{line}` has an open quote")) } else { Ok(words) }
}

/// The command lines of a document with their line numbers; broken lines are joined.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut fence = None;
    let mut joined = String::new();
    for (at, line) in text.lines().enumerate() {
        match (&fence, line.trim().strip_prefix("```")) {
            (None, Some(language)) => fence = Some(language.split([' ', ',']).next().unwrap_or_default().to_owned()),
            (Some(_), Some("")) => fence = None,
            (Some(language), _) if language == "sh" || language == "console" => {
                let typed = if language == "console" { line.trim().strip_prefix("$ ") } else { Some(line.trim()) };
                let Some(typed) = typed.filter(|typed| !typed.is_empty() && !typed.starts_with('#')) else { continue };
                if let Some(begun) = typed.strip_suffix('\\') {
                    joined.push_str(begun);
                } else {
                    found.push((at + 1, std::mem::take(&mut joined) + typed));
                }
            }
            _ => {}
        }
    }
    found
}

/// The documents: name and text.
fn documents() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(PathBuf::from).into();
    for folder in ["docs", ".github"] {
        let entries = project().join(folder).read_dir().into_iter().flatten().flatten();
        let pages = entries.map(|entry| PathBuf::from(folder).join(entry.file_name()));
        paths.extend(pages.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    paths.sort();
    let read = |path: &PathBuf| Some((path.display().to_string(), std::fs::read_to_string(project().join(path)).ok()?));
    paths.iter().filter_map(read).collect()
}

/// A copy of what a user of this project's own records sees.
fn records() -> Folder {
    let folder = Folder::new();
    let mut open: Vec<PathBuf> = ["gitsm.toml", "schemas/local", "sms", "templates"].map(PathBuf::from).into();
    while let Some(next) = open.pop() {
        let full = project().join(&next);
        if full.is_dir() {
            open.extend(full.read_dir().into_iter().flatten().flatten().map(|entry| next.join(entry.file_name())));
        } else if let Ok(bytes) = std::fs::read(&full) {
            folder.write(&next.to_string_lossy(), bytes);
        }
    }
    folder
}

/// Runs the program as a document says; an error tells what went wrong.
fn run(folder: &Folder, inside: &str, arguments: &[String]) -> Result<(), String> {
    let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.first() == Some(&"bot") {
        // It works with GitHub; here only its arguments are tried, and tests/it/bot has the rest.
        arguments.push("--help");
    }
    let mut command = folder.command(&arguments);
    command.current_dir(folder.path().join(inside));
    if arguments.first() == Some(&"serve") {
        // It goes on until it is ended; that it answers is tested where the site is.
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
        let mut first = String::new();
        let read = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut first));
        let _ = child.kill();
        let _ = child.wait();
        let started = matches!(read, Some(Ok(1..))) && first.contains("http://");
        return if started { Ok(()) } else { Err(format!("it did not start: {first}")) };
    }
    let output = command.output().map_err(|error| error.to_string())?;
    // By the clock of today the sample may have findings; by the day of its story it has none.
    let by_the_clock = arguments.contains(&"check") && !arguments.contains(&"--as-of");
    // The history that `init --sample --history` makes is there to be found fault with.
    let to_be_found = arguments.ends_with(&["audit", "verify"]);
    match output.status.code() {
        Some(0) if !to_be_found => Ok(()),
        Some(1) if by_the_clock || to_be_found => Ok(()),
        code => Err(format!("it ends with {code:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

#[test]
fn every_command_in_the_documents_works() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (name, text) in documents() {
        let commands = commands(&text);
        if commands.is_empty() {
            continue;
        }
        let (folder, mut inside) = (records(), String::new());
        for (line, command) in commands {
            count += 1;
            let done = step(&command).and_then(|step| match step {
                Step::Gitsm(arguments) => run(&folder, &inside, &arguments),
                Step::Enter(place) => {
                    inside = format!("{inside}{place}/");
                    let there = folder.path().join(&inside).is_dir();
                    if there { Ok(()) } else { Err("the folder is not there".to_owned()) }
                }
                Step::Known => Ok(()),
            });
            if let Err(why) = done {
                wrong.push(format!("{name}:{line}: {command}\n    {why}"));
            }
        }
    }
    println!("{count} command lines");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_command_of_the_program_that_documents_name_in_passing_exists() {
    let help = Folder::new().run(&["--help"]).clean();
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        for (at, line) in text.lines().enumerate() {
            for code in line.split('`').skip(1).step_by(2).filter_map(|code| code.strip_prefix("gitsm ")) {
                let command = code.split(' ').find(|word| !word.starts_with('-')).unwrap_or_default();
                let known = help.lines().any(|line| line.trim_start().starts_with(&format!("{command} ")));
                if !known && command.chars().all(|c| c.is_ascii_lowercase()) {
                    wrong.push(format!("{name}:{}: there is no `gitsm {command}`", at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn blocks_are_found_and_lines_are_read_as_a_shell_reads_them() {
    let text = "```sh\n# words\ngitsm new ci \\\n  --set title='A b'\n```\n```console\n$ cd x\noutput\n```\n```yaml\nnot: run\n```\n";
    assert_eq!(commands(text), [(4, "gitsm new ci --set title='A b'".to_owned()), (7, "cd x".to_owned())]);
    let arguments = ["new", "ci", "--set", "title=A b"].map(str::to_owned).to_vec();
    assert_eq!(step("gitsm new ci --set title='A b' # words"), Ok(Step::Gitsm(arguments)));
    assert_eq!(step("cargo run --release -- site"), Ok(Step::Gitsm(vec!["site".to_owned()])));
    assert_eq!(step("cd x"), Ok(Step::Enter("x".to_owned())));
    assert_eq!(step("cargo test"), Ok(Step::Known));
    for unknown in ["rm -r x", "gitsm check | head", "gitsm show $ID", "cargo run", "gitsm list 'ci"] {
        assert!(step(unknown).is_err(), "{unknown}");
    }
}
