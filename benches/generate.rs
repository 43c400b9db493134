//! Writes a large made-up service management system to measure against.
//!
//! `cargo bench --bench generate -- --size 10k --seed 1 --out DIR [--defects K]`
//!
//! The same size, seed and number of defects give the same bytes on every machine.

mod common;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use common::{Options, generate};

/// What is printed when the arguments cannot be used.
const USAGE: &str = "usage: generate --size 1k|10k|100k|NUMBER --out DIR [--seed NUMBER] [--defects NUMBER]";

/// Reads the arguments, writes the records and says how many there are.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    // A plain `cargo bench` starts every target; there is nothing to write without a folder.
    let outcome = if arguments.is_empty() { Ok(USAGE.to_owned()) } else { run(&arguments) };
    let (code, said) = match outcome {
        Ok(line) => (ExitCode::SUCCESS, writeln!(std::io::stdout(), "{line}")),
        Err(problem) => (ExitCode::from(2), writeln!(std::io::stderr(), "error: {problem}\n{USAGE}")),
    };
    if said.is_err() { ExitCode::from(2) } else { code }
}

/// Writes the records that the arguments ask for; returns the line that says what was written.
fn run(arguments: &[String]) -> Result<String, String> {
    let (options, out) = parse(arguments)?;
    let written = generate(&options, &out)?;
    Ok(format!(
        "{} files, {} bytes, {} items, {} relations in {}",
        written.files,
        written.bytes,
        written.items,
        written.relations,
        out.display()
    ))
}

/// Turns `--name value` pairs into options and the folder to write to.
fn parse(arguments: &[String]) -> Result<(Options, PathBuf), String> {
    let mut options = Options { items: 0, seed: 1, defects: 0 };
    let mut out = None;
    for pair in arguments.chunks(2) {
        let [name, value] = pair else {
            return Err(format!("{} needs a value", pair[0]));
        };
        match name.as_str() {
            "--size" => options.items = size(value)?,
            "--seed" => options.seed = number(value)?,
            "--defects" => options.defects = number(value)?,
            "--out" => out = Some(PathBuf::from(value)),
            other => return Err(format!("unknown argument {other}")),
        }
    }
    if options.items == 0 {
        return Err("--size is missing".to_owned());
    }
    Ok((options, out.ok_or("--out is missing")?))
}

/// Reads a number of configuration items; a `k` at the end means thousands.
fn size(text: &str) -> Result<usize, String> {
    match text.strip_suffix('k') {
        Some(thousands) => Ok(number::<usize>(thousands)?.saturating_mul(1000)),
        None => number(text),
    }
}

/// Reads a whole number.
fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is not a number"))
}
