//! Tables of text.

use unicode_width::UnicodeWidthStr as _;

use crate::base::text::steers;

/// Lines with aligned columns; the first row is the head. Cells lose line breaks and control characters.
#[must_use]
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            line.push_str(cell);
            let last = at + 1 == row.len();
            let gap = if last { 0 } else { widths[at].saturating_sub(cell.width()) + 2 };
            line.extend(std::iter::repeat_n(' ', gap));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// One line of text without characters that would steer a terminal.
#[must_use]
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_what_the_eye_sees() {
        let rows = [["id", "title"], ["日本", "x"], ["a", "y\u{1b}[31m"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "id    title\n日本  x\na     y [31m\n");
    }

    #[test]
    fn rows_of_different_lengths_leave_no_blanks_at_their_ends() {
        let rows = [vec!["a", "b", "c"], vec!["long"], vec![], vec!["", "x"], vec!["y", ""]];
        let rows = rows.map(|row| row.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(table(&rows), "a     b  c\nlong\n\n      x\ny\n");
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn cells_stay_on_their_line() {
        assert_eq!(table(&[vec!["a\nb\r\nc\td".to_owned()]]), "a b  c d\n");
        assert_eq!(plain("x\u{202e}y\u{9b}z"), "x y z");
    }
}
