//! The only module that talks to the browser.

use crate::ui::state::{Start, Theme, cover};
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, Document, DragEvent, Element, Event, HtmlAnchorElement, HtmlDialogElement, HtmlElement,
    HtmlInputElement, HtmlOptionElement, HtmlSelectElement, KeyboardEvent, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage, Url, Window, js_sys,
};

pub use gloo::timers::callback::Timeout;

/// What has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// A field or a list of choices: every key is its own.
    Field,
    /// A button, a link, something that opens: Space is its own.
    Button,
    /// A tab, a tree, the octets, what scrolls: arrows, Home and End are its own, and Space.
    Arrows,
    Other,
}

/// The keys of static/theme.js, and its value for a page that opens in the lab.
const THEME: &str = "theme";
const START: &str = "start";
const LAB: &str = "lab";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Where the page goes.
pub fn root() -> Option<Element> {
    by_id("app")
}

/// Calls once after `milliseconds`; dropping the handle cancels it.
pub fn after(milliseconds: u32, call: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(milliseconds, call)
}

fn target<T: JsCast>(event: &Event) -> Option<T> {
    event.target()?.dyn_into().ok()
}

/// The value of the list that changed.
pub fn chosen(event: &Event) -> String {
    target(event).map(|list: HtmlSelectElement| list.value()).unwrap_or_default()
}

/// Whether what was folded or unfolded is open now.
pub fn is_open(event: &Event) -> bool {
    target::<Element>(event).is_some_and(|element| element.has_attribute("open"))
}

/// The value of the field that changed.
pub fn typed(event: &Event) -> String {
    target(event).map(|field: HtmlInputElement| field.value()).unwrap_or_default()
}

/// What the element under the pointer, or one around it, says of itself: its attribute `data-NAME`.
pub fn data(event: &Event, name: &str) -> Option<String> {
    let name = format!("data-{name}");
    target::<Element>(event)?.closest(&format!("[{name}]")).ok()??.get_attribute(&name)
}

/// Lets what is being dragged carry these words.
pub fn carry(event: &DragEvent, words: &str) {
    let _ = event.data_transfer().map(|carried| carried.set_data("text/plain", words));
}

/// The words that what was dropped has carried.
pub fn carried(event: &DragEvent) -> String {
    event.data_transfer().and_then(|carried| carried.get_data("text/plain").ok()).unwrap_or_default()
}

/// Lets the browser say what the field takes, and puts back what it had.
pub fn complain(event: &Event, words: &str) {
    let Some(field) = target::<HtmlInputElement>(event) else { return };
    field.set_custom_validity(words);
    field.report_validity();
    field.set_custom_validity("");
    field.set_value(&field.default_value());
}

/// The fragment of the address, with its `#`; where there is none, that of the cover, unless the lab was chosen.
pub fn fragment() -> String {
    let fragment = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    let in_lab = || storage().and_then(|storage| storage.get_item(START).ok()?).as_deref() == Some(LAB);
    if fragment.len() < 2 && !in_lab() { cover::HERE.to_owned() } else { fragment }
}

/// The address of the page, without its fragment.
pub fn address() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// What was done on the cover while it was but drawn in advance: the answer that was chosen, and which of its controls has the focus.
pub fn early() -> (String, Option<usize>) {
    let chosen = all::<HtmlInputElement>("input[name=forecast]:checked");
    let active = document().and_then(|document| document.active_element());
    let place = all::<Element>(CONTROLS).iter().position(|one| Some(one) == active.as_ref());
    (chosen.first().map(HtmlInputElement::value).unwrap_or_default(), place)
}

/// Gives the focus to the one that had it.
pub fn focus_place(place: usize) {
    if let Some(control) = all::<Element>(CONTROLS).get(place) {
        focus_on(control);
    }
}

const CONTROLS: &str = ".cover :is(a, button, input)";

/// Puts a fragment in the address, as an entry of its own in the history or in place of the one that is there.
pub fn show_fragment(fragment: &str, is_entry: bool) {
    let Some(history) = window().and_then(|window| window.history().ok()) else { return };
    // A page in a frame without its own address is not allowed to; it works all the same.
    let _ = match is_entry {
        true => history.push_state_with_url(&JsValue::NULL, "", Some(fragment)),
        false => history.replace_state_with_url(&JsValue::NULL, "", Some(fragment)),
    };
}

/// What the browser calls the page, in its tabs, its history and its bookmarks.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Calls back when the fragment is changed from outside: by the address bar or the history.
pub fn on_fragment(call: impl Fn() + 'static) -> Option<EventListener> {
    Some(EventListener::new(&window()?.into(), "hashchange", move |_| call()))
}

/// Calls back with a key's name and what has the focus; true keeps the key from the browser. Keys with modifiers are the browser's.
pub fn on_key(call: impl Fn(&str, Focus) -> bool + 'static) -> Option<EventListener> {
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document()?.into(), "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.is_composing() {
            return;
        }
        if event.key() == "Escape" {
            close_menus();
        }
        if call(&event.key(), focus()) {
            event.prevent_default();
        }
    }))
}

fn focus() -> Focus {
    let Some(element) = document().and_then(|document| document.active_element()) else { return Focus::Other };
    let role = element.get_attribute("role");
    if matches!(role.as_deref(), Some("tab" | "treeitem")) || element.has_attribute("data-arrows") {
        return Focus::Arrows;
    }
    match element.tag_name().as_str() {
        // What scrolls.
        "DIV" | "PRE" | "SECTION" if element.has_attribute("tabindex") => Focus::Arrows,
        "INPUT" if element.has_attribute("data-letters") => Focus::Arrows,
        "INPUT" | "SELECT" | "TEXTAREA" => Focus::Field,
        "BUTTON" | "SUMMARY" | "A" => Focus::Button,
        _ => Focus::Other,
    }
}

fn matches(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok()?).is_some_and(|query| query.matches())
}

/// Whether something may move without having been told to.
pub fn may_move() -> bool {
    !matches("(prefers-reduced-motion: reduce)")
}

/// The theme on show: what static/theme.js has set, or the system's.
pub fn theme() -> Theme {
    let chosen = document().and_then(|document| document.document_element()?.get_attribute("data-theme"));
    let dark = match chosen.as_deref() {
        Some(theme) => theme == "dark",
        None => matches("(prefers-color-scheme: dark)"),
    };
    if dark { Theme::Dark } else { Theme::Light }
}

/// Shows a theme and keeps it for the next visit.
pub fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-theme", name);
    }
    keep(THEME, name);
}

/// Keeps where the page opens.
pub fn set_start(start: Start) {
    keep(
        START,
        match start {
            Start::Cover => "cover",
            Start::Lab => LAB,
        },
    );
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// Storage can be forbidden; a choice then lasts as long as the page.
fn keep(key: &str, value: &str) {
    let _ = storage().map(|storage| storage.set_item(key, value));
}

/// Milliseconds on the page's own clock, to know when to let the browser do something else.
pub fn milliseconds() -> f64 {
    window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Copies the address, and calls back with whether it worked.
pub fn copy_address(call: impl Fn(bool) + Clone + 'static) {
    let address = window().and_then(|window| window.location().href().ok());
    copy(&address.unwrap_or_default(), call);
}

/// Copies a text, and calls back with whether it worked.
pub fn copy(text: &str, call: impl Fn(bool) + Clone + 'static) {
    let copying = window().and_then(|window| {
        let clipboard = window.navigator().clipboard();
        // Missing where the page does not come over a secure connection.
        let present = !AsRef::<JsValue>::as_ref(&clipboard).is_undefined();
        present.then(|| clipboard.write_text(text))
    });
    let Some(promise) = copying else { return call(false) };
    let failed = call.clone();
    let done = Closure::once(move |_: JsValue| call(true));
    let refused = Closure::once(move |_: JsValue| failed(false));
    let _ = promise.then2(&done, &refused);
    // One of the two is called later, and both are small.
    done.forget();
    refused.forget();
}

/// Prints the page.
pub fn print() {
    let _ = window().map(|window| window.print());
}

/// Offers octets as a file to be saved.
pub fn save(name: &str, mime: &str, octets: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(octets));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    let link = document().and_then(|document| document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&address);
    close_menus();
}

/// Folds the menus of the header, and gives the focus back to the one that had it.
pub fn close_menus() {
    for menu in all::<Element>("details.menu[open]") {
        let _ = menu.remove_attribute("open");
        let _ = menu.first_element_child().map(|summary| focus_on(&summary));
    }
}

/// Brings a row into the view of its list, and takes the focus along if a row had it. The page itself moves only where nothing in the list
/// scrolls, and the row is not in view.
pub fn reveal(row: &str, list: &str) {
    let (Some(row), Some(list)) = (by_id(row), by_id(list)) else { return };
    let (seen, wanted) = (list.get_bounding_client_rect(), row.get_bounding_client_rect());
    if wanted.height() == 0.0 {
        return;
    }
    let margin = (seen.height() / 4.0).min(96.0);
    let over = wanted.top() - margin - seen.top();
    let under = wanted.bottom() + margin - seen.bottom();
    let by = if over < 0.0 {
        over
    } else if under > 0.0 {
        under
    } else {
        0.0
    };
    if list.scroll_height() <= list.client_height() {
        let nearest = ScrollIntoViewOptions::new();
        nearest.set_block(ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&nearest);
    } else if by != 0.0 {
        list.set_scroll_top(list.scroll_top() + by as i32);
    }
    let focused = document().and_then(|document| document.active_element());
    if focused.is_some_and(|focused| list.contains(Some(&focused)) && focused.has_attribute("data-row")) {
        focus_on(&row);
    }
}

/// Brings an element into view wherever it is, by as little as that takes.
pub fn into_view(id: &str) {
    if let Some(element) = by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Shows a place from its top, and gives it the focus.
pub fn go_to(id: &str) {
    // The focus brings what gets it into view, which is larger than the window.
    focus_id(id);
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Whether anything has the focus.
pub fn has_focus() -> bool {
    let active = document().and_then(|document| document.active_element());
    active.is_some_and(|element| element.tag_name() != "BODY")
}

/// Gives an element the focus.
pub fn focus_id(id: &str) {
    if let Some(element) = by_id(id) {
        focus_on(&element);
    }
}

/// Whether the focus goes to what is in none of these elements.
pub fn goes_out(event: &web_sys::FocusEvent, ids: &[&str]) -> bool {
    let to: Option<Element> = event.related_target().and_then(|target| target.dyn_into().ok());
    let is_in = |to: &Element| ids.iter().any(|id| by_id(id).is_some_and(|element| element.contains(Some(to))));
    to.is_some_and(|to| !is_in(&to))
}

/// The cells of the table of policies are one stop of the Tab key: arrows go from one to the next, Home and End to the ends of a row.
pub fn rove(event: &web_sys::KeyboardEvent, columns: usize) {
    let cells: Vec<HtmlElement> = all("button.cell");
    let active = document().and_then(|document| document.active_element());
    let Some(here) =
        cells.iter().position(|cell| active.as_ref().is_some_and(|active| active.is_same_node(Some(cell))))
    else {
        return;
    };
    let start = here - here % columns;
    let there = match event.key().as_str() {
        "ArrowLeft" => here.checked_sub(1),
        "ArrowRight" => Some(here + 1),
        "ArrowUp" => here.checked_sub(columns),
        "ArrowDown" => Some(here + columns),
        "Home" => Some(start),
        "End" => Some(start + columns - 1),
        _ => return,
    };
    event.prevent_default();
    if let Some(cell) = there.and_then(|there| cells.get(there)) {
        cells.iter().for_each(|cell| cell.set_tab_index(-1));
        cell.set_tab_index(0);
        focus_on(cell);
    }
}

fn focus_on(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Opens or closes a dialog; the browser gives the focus back where it was.
pub fn show_dialog(id: &str, open: bool) {
    let Some(dialog) = by_id(id).and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) else { return };
    if open && !dialog.open() {
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Chooses in every list the option that the page marks, and sets every box as it does. Once a control was used, the browser no
/// longer looks at the mark; and a change that was refused has left the control as the hand moved it.
pub fn settle_choices() {
    for option in all::<HtmlOptionElement>("option[selected]") {
        option.set_selected(true);
    }
    for input in all::<HtmlInputElement>("input[data-on]") {
        input.set_checked(input.get_attribute("data-on").as_deref() == Some("true"));
    }
}

fn all<T: JsCast>(selector: &str) -> Vec<T> {
    let Some(found) = document().and_then(|document| document.query_selector_all(selector).ok()) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
