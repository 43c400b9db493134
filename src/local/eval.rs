//! Running expressions, each step counted.

use std::rc::Rc;

use super::expr::{Constant, Expr, Is, Macro, Op, Variable, Walk};
use super::functions::call;
use super::value::{Value, Words, between, later, order, same};
use super::world::World;
use crate::base::date::{AsOf, When};
use crate::base::exact::Exact;
use crate::yaml::Node;

/// Most bits of a number that an expression makes.
const MAX_BITS: u64 = 2_048;
/// Longest text that an expression makes, in bytes.
pub(super) const MAX_TEXT: usize = 100_000;

/// Why an expression gave no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// First byte of the part that failed.
    pub(super) start: u32,
    /// The byte behind its last.
    pub(super) end: u32,
    pub(super) words: String,
    /// Whether it took too much work; such a problem is never outweighed by another part of the expression.
    pub(super) limit: bool,
}

pub(super) type Result<'v> = std::result::Result<Value<'v>, Problem>;

/// One record being judged.
pub(super) struct Run<'v> {
    pub(super) world: &'v dyn World,
    pub(super) as_of: AsOf,
    /// The record.
    pub(super) subject: u32,
    /// The item of its list.
    pub(super) item: Option<&'v Node<'v>>,
    /// Steps that are left.
    pub(super) steps: u64,
    /// Values of the names that macros bind.
    bound: Vec<Value<'v>>,
}

impl<'v> Run<'v> {
    pub(super) fn new(world: &'v dyn World, as_of: AsOf, subject: u32, steps: u64) -> Self {
        Self { world, as_of, subject, item: None, steps, bound: Vec::new() }
    }

    /// Pays for `steps` steps of work on `expr`.
    pub(super) fn spend(&mut self, steps: u64, expr: &Expr) -> std::result::Result<(), Problem> {
        if let Some(left) = self.steps.checked_sub(steps) {
            self.steps = left;
            return Ok(());
        }
        self.steps = 0;
        let words = "it takes too many steps on one record".to_owned();
        Err(Problem { start: expr.start, end: expr.end, words, limit: true })
    }

    pub(super) fn eval(&mut self, expr: &'v Expr) -> Result<'v> {
        self.spend(1, expr)?;
        match &expr.is {
            Is::Constant(constant) => Ok(match constant {
                Constant::Null => Value::Null,
                Constant::Bool(truth) => Value::Bool(*truth),
                Constant::Number(number) => Value::Number(number.clone()),
                Constant::Text(text) => Value::Text(Words::Here(text)),
            }),
            Is::Variable(variable) => Ok(self.variable(*variable)),
            Is::Bound(at) => Ok(self.bound.get(*at).cloned().unwrap_or(Value::Null)),
            Is::Select(of, field) => {
                let of = self.eval(of)?;
                of.select(field, self.world).map_err(|words| failed(expr, words))
            }
            Is::Has(of, field) => {
                // What has no fields, such as an id that stands for a mapping, does not have this one.
                let of = self.eval(of)?;
                let found = of.select(field, self.world).unwrap_or(Value::Null);
                Ok(Value::Bool(!matches!(found, Value::Null)))
            }
            Is::Index(of, at) => self.index(expr, of, at),
            Is::Not(of) => Ok(Value::Bool(!self.truth(of)?)),
            Is::Negate(of) => match self.eval(of)? {
                Value::Number(number) => Ok(Value::Number(&Exact::zero() - &number)),
                Value::Length(seconds) => Ok(Value::Length(-seconds)),
                other => Err(failed(expr, format!("{} has no negative", other.type_name()))),
            },
            Is::And(first, second) => self.either(first, second, false),
            Is::Or(first, second) => self.either(first, second, true),
            Is::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.truth(condition)? { self.eval(then) } else { self.eval(otherwise) }
            }
            Is::Binary(op, first, second) => {
                let (a, b) = (self.eval(first)?, self.eval(second)?);
                self.binary(expr, *op, &a, &b)
            }
            Is::List(items) => {
                let items = items.iter().map(|item| self.eval(item)).collect::<std::result::Result<_, _>>()?;
                Ok(Value::list(items))
            }
            Is::Map(entries) => {
                let mut map = Vec::new();
                for (key, value) in entries {
                    let Value::Text(name) = self.eval(key)? else { return Err(failed(key, "a key must be text")) };
                    map.push((name.to_string(), self.eval(value)?));
                }
                Ok(Value::Map(Rc::new(map)))
            }
            Is::Call(function, args) => {
                let values = args.iter().map(|arg| self.eval(arg)).collect::<std::result::Result<Vec<_>, _>>()?;
                call(self, expr, *function, &values)
            }
            Is::Matches(text, regex) => match self.eval(text)? {
                Value::Text(text) => {
                    self.spend(16 * text.len() as u64, expr)?;
                    Ok(Value::Bool(regex.is_match(&text)))
                }
                other => Err(failed(expr, format!("matches() wants text, but this is {}", other.type_name()))),
            },
            Is::Macro(walk) => self.walk(expr, walk),
        }
    }

    /// The value of an expression that must be true or false.
    pub(super) fn truth(&mut self, expr: &'v Expr) -> std::result::Result<bool, Problem> {
        match self.eval(expr)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(failed(expr, format!("this must be true or false, but it is {}", other.type_name()))),
        }
    }

    fn variable(&self, variable: Variable) -> Value<'v> {
        let subject = self.world.subject(self.subject);
        match variable {
            Variable::Record => Value::Record(self.subject),
            Variable::Item => self.item.map_or(Value::Null, Value::of),
            Variable::Id => Value::Text(Words::Here(subject.id)),
            Variable::Kind => Value::Text(Words::Here(&subject.kind.name)),
            Variable::Status => subject.root.get("status").map_or(Value::Null, Value::of),
            Variable::Today => Value::Time(When::Day(self.as_of.day())),
            Variable::Now => Value::Time(When::Instant(self.as_of.instant())),
        }
    }

    /// `&&` and `||`: a side that decides outweighs one that fails.
    fn either(&mut self, first: &'v Expr, second: &'v Expr, decides: bool) -> Result<'v> {
        match self.truth(first) {
            Ok(truth) if truth == decides => Ok(Value::Bool(decides)),
            Ok(_) => self.truth(second).map(Value::Bool),
            Err(problem) if problem.limit => Err(problem),
            Err(problem) => match self.truth(second) {
                Ok(truth) if truth == decides => Ok(Value::Bool(decides)),
                Err(other) if other.limit => Err(other),
                _ => Err(problem),
            },
        }
    }

    fn index(&mut self, expr: &'v Expr, of: &'v Expr, at: &'v Expr) -> Result<'v> {
        let (of, at) = (self.eval(of)?, self.eval(at)?);
        match (&of, &at) {
            (_, Value::Text(key)) => of.select(key, self.world).map_err(|words| failed(expr, words)),
            (Value::Node(_) | Value::List(_), Value::Number(number)) => {
                let place = number.whole().and_then(|at| usize::try_from(at).ok());
                let item = match &of {
                    Value::Node(node) => place.and_then(|at| node.items().get(at)).map(Value::of),
                    Value::List(items) => place.and_then(|at| items.get(at)).cloned(),
                    _ => None,
                };
                item.ok_or_else(|| failed(expr, format!("the list has no item {}", at.shown(self.world))))
            }
            _ => Err(failed(expr, format!("{} has no item at {}", of.type_name(), at.type_name()))),
        }
    }

    fn same(&mut self, expr: &Expr, a: &Value<'v>, b: &Value<'v>) -> std::result::Result<bool, Problem> {
        let same = same(a, b, self.world, &mut self.steps);
        self.spend(1, expr)?;
        Ok(same)
    }

    fn binary(&mut self, expr: &Expr, op: Op, a: &Value<'v>, b: &Value<'v>) -> Result<'v> {
        self.spend(a.weight(self.world).min(b.weight(self.world)), expr)?;
        match op {
            Op::Equal => self.same(expr, a, b).map(Value::Bool),
            Op::Unequal => Ok(Value::Bool(!self.same(expr, a, b)?)),
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                let order = order(a, b).map_err(|words| failed(expr, words))?;
                Ok(Value::Bool(match op {
                    Op::Less => order.is_lt(),
                    Op::LessOrEqual => order.is_le(),
                    Op::Greater => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
            Op::In => {
                let Some(items) = b.items(self.world) else {
                    return Err(failed(expr, format!("{} has no items", b.type_name())));
                };
                self.spend(items.len() as u64, expr)?;
                for item in &items {
                    if self.same(expr, a, item)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => self.calculate(expr, op, a, b),
        }
    }

    fn calculate(&mut self, expr: &Expr, op: Op, a: &Value<'v>, b: &Value<'v>) -> Result<'v> {
        let none = || failed(expr, format!("'{}' is not for {} and {}", op.sign(), a.type_name(), b.type_name()));
        let range = || failed(expr, "the result is out of range");
        match (op, a, b) {
            (_, Value::Number(a), Value::Number(b)) => number(expr, op, a, b),
            (Op::Add, Value::Text(a), Value::Text(b)) => self.text(expr, [a, b].map(|part| &**part).concat()),
            (Op::Add, Value::Node(_) | Value::List(_), Value::Node(_) | Value::List(_)) => {
                let (Some(mut items), Some(more)) = (a.items(self.world), b.items(self.world)) else {
                    return Err(none());
                };
                self.spend((items.len() + more.len()) as u64, expr)?;
                items.extend(more);
                Ok(Value::list(items))
            }
            (Op::Subtract, Value::Time(_), _) | (Op::Subtract, _, Value::Time(_)) if b.time().is_some() => {
                let (Some(a), Some(b)) = (a.time(), b.time()) else { return Err(none()) };
                between(a, b).map(Value::Length).ok_or_else(range)
            }
            (Op::Add | Op::Subtract, Value::Time(when), _) => {
                let seconds = b.length().ok_or_else(none)?;
                let seconds = if op == Op::Add { seconds } else { -seconds };
                later(*when, seconds).map(Value::Time).ok_or_else(range)
            }
            (Op::Add | Op::Subtract, Value::Text(_), Value::Length(seconds)) if a.time().is_some() => {
                let seconds = if op == Op::Add { *seconds } else { -*seconds };
                a.time().and_then(|when| later(when, seconds)).map(Value::Time).ok_or_else(range)
            }
            (Op::Add | Op::Subtract, Value::Length(_), _) | (Op::Add | Op::Subtract, _, Value::Length(_)) => {
                let (Some(a), Some(b)) = (a.length(), b.length()) else { return Err(none()) };
                let sum = if op == Op::Add { a.checked_add(b) } else { a.checked_sub(b) };
                sum.map(Value::Length).ok_or_else(range)
            }
            _ => Err(none()),
        }
    }

    /// A text that was made.
    pub(super) fn text(&mut self, expr: &Expr, text: String) -> Result<'v> {
        self.spend(text.len() as u64 / 16, expr)?;
        if text.len() > MAX_TEXT {
            let words = format!("the text is longer than {MAX_TEXT} bytes");
            return Err(Problem { start: expr.start, end: expr.end, words, limit: true });
        }
        Ok(Value::Text(Words::Made(text.into())))
    }

    fn walk(&mut self, expr: &'v Expr, walk: &'v Macro) -> Result<'v> {
        let range = self.eval(&walk.range)?;
        let items = match range {
            // What is absent has no items.
            Value::Null => Vec::new(),
            range => range
                .items(self.world)
                .ok_or_else(|| failed(&walk.range, format!("{} has no items", range.type_name())))?,
        };
        self.spend(items.len() as u64, expr)?;
        let mut problem = None;
        let mut kept = Vec::new();
        let mut true_ones = 0_usize;
        for item in items {
            self.bound.push(item.clone());
            let taken = self.taken(walk, item, &mut kept);
            self.bound.pop();
            match (taken, walk.walk) {
                (Ok(false), Walk::All) => return Ok(Value::Bool(false)),
                (Ok(true), Walk::Exists) => return Ok(Value::Bool(true)),
                (Ok(truth), _) => true_ones += usize::from(truth),
                // An item that decides outweighs one that fails, wherever they stand.
                (Err(why), Walk::All | Walk::Exists) if !why.limit => problem = problem.or(Some(why)),
                (Err(why), _) => return Err(why),
            }
        }
        match (problem, walk.walk) {
            (Some(problem), _) => Err(problem),
            (None, Walk::All) => Ok(Value::Bool(true)),
            (None, Walk::Exists) => Ok(Value::Bool(false)),
            (None, Walk::ExistsOne) => Ok(Value::Bool(true_ones == 1)),
            (None, Walk::Map | Walk::Filter) => Ok(Value::list(kept)),
        }
    }

    /// Whether an item counts; what a map or a filter keeps of it is put into `kept`.
    fn taken(
        &mut self,
        walk: &'v Macro,
        item: Value<'v>,
        kept: &mut Vec<Value<'v>>,
    ) -> std::result::Result<bool, Problem> {
        match (walk.walk, &walk.made) {
            (Walk::Map, None) => kept.push(self.eval(&walk.body)?),
            (Walk::Map, Some(made)) => {
                if self.truth(&walk.body)? {
                    kept.push(self.eval(made)?);
                }
            }
            (Walk::Filter, _) => {
                if self.truth(&walk.body)? {
                    kept.push(item);
                }
            }
            _ => return self.truth(&walk.body),
        }
        Ok(true)
    }
}

fn number<'v>(expr: &Expr, op: Op, a: &Exact, b: &Exact) -> Result<'v> {
    let result = match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        Op::Divide => a.over(b).ok_or_else(|| failed(expr, "a number is divided by zero"))?,
        _ => {
            let rest = a.whole().zip(b.whole()).and_then(|(a, b)| a.checked_rem(b));
            Exact::from(rest.ok_or_else(|| failed(expr, "'%' is for whole numbers, the second not zero"))?)
        }
    };
    if result.bits() > MAX_BITS {
        let words = "the number has too many digits".to_owned();
        return Err(Problem { start: expr.start, end: expr.end, words, limit: true });
    }
    Ok(Value::Number(result))
}

/// A part of an expression that a record's values are not made for.
pub(super) fn failed(expr: &Expr, words: impl Into<String>) -> Problem {
    Problem { start: expr.start, end: expr.end, words: words.into(), limit: false }
}

#[cfg(test)]
mod tests;
