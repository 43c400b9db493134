//! CEL to expressions that can be run: the parser of the `cel` crate, then every name looked up.
//!
//! The crate's own interpreter is not used: it counts in binary floats, tells no place of what fails, and knows no
//! bounds for what it is given. The tests run it beside ours.

use std::borrow::Cow;

use cel::common::ast::{EntryExpr, Expr as Ast, IdedExpr, LiteralValue, SourceInfo};
use regex::RegexBuilder;

use super::expr::{Constant, Expr, Function, Is, Macro, Op, Variable, Walk};
use super::known::{Known, Scope};
use crate::base::date::When;
use crate::base::duration::Duration;
use crate::base::exact::Exact;
use crate::base::span::offset;
use crate::base::suggest::nearest;

/// Longest expression, in bytes.
pub(super) const MAX_BYTES: usize = 2_000;
/// Most brackets of an expression: each takes the parser some hundred kilobytes of its stack.
const MAX_BRACKETS: usize = 200;
/// Most question marks of an expression, for the same reason.
const MAX_CHOICES: usize = 50;
/// Deepest nesting of an expression as it is run.
const MAX_DEPTH: usize = 64;
/// Stack in which [`compile`] can work on whatever it takes.
pub(super) const STACK: usize = 256 << 20;
/// Largest compiled pattern, in bytes.
const MAX_PATTERN: usize = 64 << 10;

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// First byte in the expression.
    pub(super) start: u32,
    /// The byte behind the last.
    pub(super) end: u32,
    pub(super) words: String,
    pub(super) help: Option<String>,
    /// Whether it is too large, and not wrong.
    pub(super) limit: bool,
}

/// Reads `text`; must be called with a stack of [`STACK`].
pub(super) fn compile<'k>(text: &str, scope: &Scope<'k>) -> Result<(Expr, Option<Known<'k>>), Vec<Mistake>> {
    let all = |words: String, limit: bool| {
        let help = limit.then(|| "split the rule into several".to_owned());
        vec![Mistake { start: 0, end: offset(text.len()), words, help, limit }]
    };
    let count = |wanted: &[char]| text.chars().filter(|character| wanted.contains(character)).count();
    if text.len() > MAX_BYTES {
        return Err(all(format!("the expression has {} bytes; at most {MAX_BYTES} are read", text.len()), true));
    }
    if count(&['(', '[', '{']) > MAX_BRACKETS || count(&['?']) > MAX_CHOICES {
        let words = format!("the expression has more than {MAX_BRACKETS} brackets or {MAX_CHOICES} choices");
        return Err(all(words, true));
    }
    let environment = cel::Env::default().with_optional_support(false);
    let (ast, places) = match environment.parser().parse_with_source_info(text) {
        Ok(parsed) => parsed,
        Err(errors) => return Err(vec![syntax(text, &errors)]),
    };
    let mut lowering = Lowering { text, places: &places, scope, bound: Vec::new(), mistakes: Vec::new() };
    let lowered = lowering.expr(ast, 0);
    match lowered {
        Some(lowered) if lowering.mistakes.is_empty() => Ok(lowered),
        _ if lowering.mistakes.is_empty() => Err(all("the expression cannot be read".to_owned(), false)),
        _ => Err(lowering.mistakes),
    }
}

/// The first thing that the parser stumbled over, in our words.
fn syntax(text: &str, errors: &cel::ParseErrors) -> Mistake {
    let Some(first) = errors.errors.first() else {
        let words = "the expression cannot be read".to_owned();
        return Mistake { start: 0, end: offset(text.len()), words, help: None, limit: false };
    };
    if errors.errors.iter().any(|error| error.msg.contains("Recursion limit")) {
        let words = "the expression is nested too deeply to be read".to_owned();
        let help = Some("split the rule into several".to_owned());
        return Mistake { start: 0, end: offset(text.len()), words, help, limit: true };
    }
    let number = |number: isize| usize::try_from(number).unwrap_or(1).saturating_sub(1);
    let line: usize = text.split_inclusive('\n').take(number(first.pos.0)).map(str::len).sum();
    let mut start = (line + number(first.pos.1)).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let rest = &text[start..];
    let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let end = start + word.max(rest.chars().next().map_or(0, char::len_utf8));
    let here = &text[start..end];
    let words = match first.msg.strip_prefix("Syntax error: ") {
        Some(_) if here.trim().is_empty() => "the expression ends too early".to_owned(),
        Some(_) => format!("the expression cannot be read from '{here}' on"),
        None => format!("the expression cannot be read: {}", first.msg),
    };
    let help = (here == "=").then(|| "equal is written `==`".to_owned());
    let help = help.or_else(|| matches!(here, "and" | "or" | "not").then(|| "write `&&`, `||` and `!`".to_owned()));
    let help =
        help.unwrap_or_else(|| "expressions are written in CEL; docs/local-rules.md shows the whole of it".to_owned());
    Mistake { start: offset(start), end: offset(end), words, help: Some(help), limit: false }
}

struct Lowering<'l, 'k> {
    text: &'l str,
    places: &'l SourceInfo,
    scope: &'l Scope<'k>,
    /// Names that macros around bind.
    bound: Vec<(String, Option<Known<'k>>)>,
    mistakes: Vec<Mistake>,
}

type Lowered<'k> = Option<(Expr, Option<Known<'k>>)>;

impl<'k> Lowering<'_, 'k> {
    /// Notes a mistake; gives nothing, as what could not be lowered.
    fn wrong<T>(&mut self, place: (u32, u32), words: impl Into<String>, help: Option<String>) -> Option<T> {
        let mistake = Mistake { start: place.0, end: place.1, words: words.into(), help, limit: false };
        self.mistakes.push(mistake);
        None
    }

    fn token(&self, id: u64) -> (u32, u32) {
        let end = offset(self.text.len());
        self.places.offset_for(id).map_or((0, end), |(start, stop)| (start.min(end), (stop + 1).min(end)))
    }

    /// The byte behind the next `closing` from `from` on.
    fn closed(&self, from: u32, closing: char) -> u32 {
        let rest = self.text.get(from as usize..).unwrap_or_default();
        rest.find(closing).map_or(from, |at| from + offset(at) + 1)
    }

    fn expr(&mut self, ast: IdedExpr, depth: usize) -> Lowered<'k> {
        let (start, end) = self.token(ast.id);
        if depth > MAX_DEPTH {
            let words = format!("the expression is nested deeper than {MAX_DEPTH} levels");
            if !self.mistakes.iter().any(|mistake| mistake.limit) {
                self.mistakes.push(Mistake {
                    start,
                    end,
                    words,
                    help: Some("split the rule into several".to_owned()),
                    limit: true,
                });
            }
            return None;
        }
        match ast.expr {
            Ast::Literal(literal) => match constant(&literal) {
                Some(constant) => {
                    // The sign of a number is not part of its token.
                    let negative = matches!(&constant, Constant::Number(number) if *number < Exact::zero());
                    let before = self.text.get(..start as usize).unwrap_or_default().trim_end();
                    let start = if negative {
                        before.strip_suffix('-').map_or(start, |rest| offset(rest.len()))
                    } else {
                        start
                    };
                    Some((Expr { start, end, is: Is::Constant(constant) }, None))
                }
                None => self.wrong((start, end), "bytes are not used in rules", Some("write it as text".to_owned())),
            },
            Ast::Ident(name) => self.name((start, end), name.trim_start_matches('.')),
            Ast::Select(select) => self.select(start, *select.operand, select.field, depth),
            Ast::List(list) => {
                let lowered: Vec<_> = list.elements.into_iter().map(|item| self.expr(item, depth + 1)).collect();
                let items: Vec<Expr> = lowered.into_iter().map(|item| Some(item?.0)).collect::<Option<_>>()?;
                let inner = items.last().map_or(end, |item| item.end);
                Some((Expr { start, end: self.closed(inner, ']'), is: Is::List(items) }, None))
            }
            Ast::Map(map) => {
                let mut entries = Vec::new();
                for entry in map.entries {
                    let EntryExpr::MapEntry(entry) = entry.expr else { continue };
                    let (key, value) = (self.expr(entry.key, depth + 1), self.expr(entry.value, depth + 1));
                    entries.push((key?.0, value?.0));
                }
                let last = entries.last().map_or(end, |(_, value): &(Expr, Expr)| value.end);
                Some((Expr { start, end: self.closed(last, '}'), is: Is::Map(entries) }, None))
            }
            Ast::Call(call) => self.call((start, end), call, depth),
            Ast::Struct(_) | Ast::Comprehension(_) | Ast::Unspecified => {
                self.wrong((start, end), "values of declared types are not used in rules", None)
            }
        }
    }

    /// A name that stands alone.
    fn name(&mut self, place: (u32, u32), name: &str) -> Lowered<'k> {
        let expr = |is| Expr { start: place.0, end: place.1, is };
        if let Some(at) = self.bound.iter().rposition(|(bound, _)| bound == name) {
            return Some((expr(Is::Bound(at)), self.bound[at].1.clone()));
        }
        match Variable::ALL.iter().find(|(known, _)| *known == name) {
            Some((_, Variable::Item)) if !self.scope.has_item() => self.wrong(
                place,
                "there is no `item`, since the rule has no `each`",
                Some("name a list in `each`".to_owned()),
            ),
            Some((_, variable)) => Some((expr(Is::Variable(*variable)), self.scope.known(*variable))),
            None => {
                let known = Variable::ALL.iter().map(|(known, _)| *known);
                let bound = self.bound.iter().map(|(bound, _)| bound.as_str());
                let help = match nearest(name, known.chain(bound)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if self.scope.is_field(name) => format!("write `record.{name}`"),
                    None => "there are record, item, id, kind, status, today and now".to_owned(),
                };
                self.wrong(place, format!("there is no '{name}'"), Some(help))
            }
        }
    }

    fn select(&mut self, dot: u32, operand: IdedExpr, field: String, depth: usize) -> Lowered<'k> {
        let (operand, known) = self.expr(operand, depth + 1)?;
        let rest = self.text.get(dot as usize + 1..).unwrap_or_default();
        let start = dot + 1 + offset(rest.len() - rest.trim_start().len());
        let end = start + offset(field.len());
        let below = match known {
            Some(known) => match known.select(&field) {
                Ok(below) => below,
                Err(unknown) => return self.wrong((start, end), unknown.words, unknown.help),
            },
            None => None,
        };
        Some((Expr { start: operand.start, end, is: Is::Select(Box::new(operand), field) }, below))
    }

    fn call(&mut self, place: (u32, u32), call: cel::common::ast::CallExpr, depth: usize) -> Lowered<'k> {
        let name = call.func_name.trim_start_matches('.').to_owned();
        let operator = Op::ALL.iter().find(|(known, _)| *known == name).map(|(_, op)| *op);
        let shape = (name.as_str(), operator, call.target.is_some());
        match shape {
            ("_&&_" | "_||_" | "!_" | "-_" | "_?_:_" | "_[_]", ..) | (_, Some(_), _) => {
                self.operator(place, &name, operator, call.args, depth)
            }
            ("has", _, false) => self.has(place, call.args, depth),
            (_, _, true) if Walk::ALL.iter().any(|(walk, _)| *walk == name) => self.walk(place, &name, call, depth),
            _ => self.function(place, &name, call, depth),
        }
    }

    fn operator(
        &mut self,
        place: (u32, u32),
        name: &str,
        op: Option<Op>,
        args: Vec<IdedExpr>,
        depth: usize,
    ) -> Lowered<'k> {
        let args: Vec<_> = args.into_iter().map(|arg| self.expr(arg, depth + 1)).collect();
        let mut args = args.into_iter().collect::<Option<Vec<_>>>()?;
        let (start, end) = (args.first()?.0.start.min(place.0), args.last()?.0.end);
        let (last, _) = args.pop()?;
        let last = Box::new(last);
        let Some((first, known)) = args.pop() else {
            let is = if name == "!_" { Is::Not(last) } else { Is::Negate(last) };
            return Some((Expr { start, end, is }, None));
        };
        let first = Box::new(first);
        let (mut kept, mut outer) = (None, end);
        let is = match (name, op) {
            ("_&&_", _) => Is::And(first, last),
            ("_||_", _) => Is::Or(first, last),
            ("_[_]", _) => {
                outer = self.closed(end, ']');
                kept = known.and_then(|known| match &last.is {
                    Is::Constant(Constant::Text(key)) => known.select(key).ok().flatten(),
                    _ => Some(known.item()),
                });
                Is::Index(first, last)
            }
            (_, Some(op)) => Is::Binary(op, first, last),
            _ => {
                let (condition, _) = args.pop()?;
                return Some((
                    Expr { start: condition.start, end, is: Is::If(Box::new([condition, *first, *last])) },
                    None,
                ));
            }
        };
        Some((Expr { start, end: outer, is }, kept))
    }

    fn has(&mut self, place: (u32, u32), args: Vec<IdedExpr>, depth: usize) -> Lowered<'k> {
        let help = "write it like has(record.owner)".to_owned();
        let Ok([arg]) = <[IdedExpr; 1]>::try_from(args) else {
            return self.wrong(place, "has() takes one field", Some(help));
        };
        let (arg, _) = self.expr(arg, depth + 1)?;
        let Is::Select(operand, field) = arg.is else {
            return self.wrong((arg.start, arg.end), "has() takes a field", Some(help));
        };
        let start = self.before(place.0, "has");
        Some((Expr { start, end: self.closed(arg.end, ')'), is: Is::Has(operand, field) }, None))
    }

    /// Where `name` begins that stands right before the bracket at `open`.
    fn before(&self, open: u32, name: &str) -> u32 {
        let before = self.text.get(..open as usize).unwrap_or_default();
        before.rfind(name).map_or(open, offset)
    }

    fn walk(&mut self, place: (u32, u32), name: &str, call: cel::common::ast::CallExpr, depth: usize) -> Lowered<'k> {
        let (range, known) = self.expr(*call.target?, depth + 1)?;
        let walk = Walk::ALL.iter().find(|(known, _)| *known == name).map(|(_, walk)| *walk)?;
        let count = call.args.len();
        let mut args = call.args.into_iter();
        let bound = args.next().map(|arg| (self.token(arg.id), arg.expr));
        let fits = count == 2 || (count == 3 && walk == Walk::Map);
        let Some((_, Ast::Ident(bound))) = bound.filter(|_| fits) else {
            let help = format!("write it like record.relations.{name}(r, …)");
            return self.wrong(
                (self.before(place.0, name), place.1),
                format!("{name}() takes a name and an expression"),
                Some(help),
            );
        };
        self.bound.push((bound, known.as_ref().map(Known::item)));
        let body = args.next().and_then(|body| self.expr(body, depth + 1));
        let made = args.next().map(|made| self.expr(made, depth + 1));
        self.bound.pop();
        let (body, _) = body?;
        let made = match made {
            Some(made) => Some(made?.0),
            None => None,
        };
        let last = made.as_ref().map_or(body.end, |made| made.end);
        let (start, end) = (range.start, self.closed(last, ')'));
        let kept = (walk == Walk::Filter).then_some(known).flatten();
        Some((Expr { start, end, is: Is::Macro(Box::new(Macro { walk, range, body, made })) }, kept))
    }

    fn function(
        &mut self,
        place: (u32, u32),
        name: &str,
        call: cel::common::ast::CallExpr,
        depth: usize,
    ) -> Lowered<'k> {
        let begin = self.before(place.0, name);
        let spelled = (begin, begin + offset(name.len()));
        let all: Vec<IdedExpr> = call.target.map(|target| *target).into_iter().chain(call.args).collect();
        let args: Vec<_> = all.into_iter().map(|arg| self.expr(arg, depth + 1)).collect();
        let args = args.into_iter().collect::<Option<Vec<_>>>();
        let known = Function::ALL.iter().find(|(known, ..)| *known == name);
        let (function, fewest, most) = match known {
            Some((_, function, fewest, most)) => (Some(*function), *fewest, *most),
            None if name == "matches" => (None, 2, 2),
            None => {
                let names =
                    Function::ALL.iter().map(|(known, ..)| *known).chain(Walk::ALL.iter().map(|(walk, _)| *walk));
                let help = nearest(name, names.chain(["matches", "has"])).map(|near| format!("did you mean `{near}`?"));
                let help = help.unwrap_or_else(|| "docs/local-rules.md lists the functions".to_owned());
                return self.wrong(spelled, format!("there is no function '{name}'"), Some(help));
            }
        };
        let args = args?;
        if !(fewest..=most).contains(&args.len()) {
            let wanted = if fewest == most { fewest.to_string() } else { format!("{fewest} or {most}") };
            let words = format!("{name}() takes {wanted} values, but here are {}", args.len());
            return self.wrong(spelled, words, None);
        }
        let start = args.first().map_or(begin, |(arg, _)| arg.start.min(begin));
        let last = args.last().map_or(place.1, |(arg, _)| arg.end.max(place.1));
        let end = self.closed(last, ')');
        let mut args: Vec<Expr> = args.into_iter().map(|(arg, _)| arg).collect();
        let Some(function) = function else {
            let pattern = args.pop()?;
            return self.matches((start, end), args.pop()?, &pattern);
        };
        let kept = self.checked(function, &args)?;
        Some((Expr { start, end, is: Is::Call(function, args) }, kept))
    }

    fn matches(&mut self, (start, end): (u32, u32), text: Expr, pattern: &Expr) -> Lowered<'k> {
        let place = (pattern.start, pattern.end);
        let Is::Constant(Constant::Text(written)) = &pattern.is else {
            return self.wrong(place, "the pattern of matches() must be written out", None);
        };
        match RegexBuilder::new(written).size_limit(MAX_PATTERN).dfa_size_limit(1 << 20).nest_limit(30).build() {
            Ok(regex) => Some((Expr { start, end, is: Is::Matches(Box::new(text), Box::new(regex)) }, None)),
            Err(regex::Error::CompiledTooBig(_)) => {
                self.wrong(place, "the pattern is too large", Some("use fewer repetitions".to_owned()))
            }
            Err(error) => {
                let words = error.to_string();
                let why = words.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.wrong(place, format!("the pattern cannot be read: {why}"), None)
            }
        }
    }

    /// Looks at values that are written out, and tells what the function gives.
    #[expect(clippy::option_option, reason = "the outer one is a mistake, the inner one says that nothing is known")]
    fn checked(&mut self, function: Function, args: &[Expr]) -> Option<Option<Known<'k>>> {
        let written = |at: usize| match args.get(at).map(|arg| &arg.is) {
            Some(Is::Constant(Constant::Text(text))) => Some(Cow::Borrowed(text.as_str())),
            _ => None,
        };
        let place = |at: usize| args.get(at).map_or((0, 0), |arg| (arg.start, arg.end));
        let wrong = match function {
            Function::Date => written(0).and_then(|text| When::parse(&text).err()),
            Function::Duration => written(0).and_then(|text| Duration::parse(&text).err()),
            _ => None,
        };
        if let Some(words) = wrong {
            return self.wrong(place(0), words, None);
        }
        let at = match function {
            Function::Records => 0,
            Function::Incoming | Function::Outgoing => 1,
            _ => return Some(None),
        };
        let Some(kind) = written(at) else { return Some(None) };
        if let Some(kind) = self.scope.catalog.find(&kind) {
            return Some(Some(Known::Records(vec![kind])));
        }
        let near = nearest(&kind, self.scope.catalog.iter().map(|kind| kind.name.as_str()));
        let help =
            near.map_or_else(|| "`gitsm explain` lists the kinds".to_owned(), |near| format!("did you mean `{near}`?"));
        self.wrong(place(at), format!("there is no kind '{kind}'"), Some(help))
    }
}

fn constant(literal: &LiteralValue) -> Option<Constant> {
    Some(match literal {
        LiteralValue::Null => Constant::Null,
        LiteralValue::Boolean(truth) => Constant::Bool(*truth.inner()),
        LiteralValue::Int(number) => Constant::Number(Exact::from(*number.inner())),
        LiteralValue::UInt(number) => Constant::Number(Exact::parse(&number.inner().to_string())?),
        // The shortest text that is this float is the decimal that was written, up to fifteen digits.
        LiteralValue::Double(number) => Constant::Number(Exact::parse_literal(&format!("{:?}", number.inner()))?),
        LiteralValue::String(text) => Constant::Text(text.inner().to_owned()),
        LiteralValue::Bytes(_) => return None,
    })
}

#[cfg(test)]
mod tests;
