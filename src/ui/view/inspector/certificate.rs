//! The certificates that each side presented, whatever became of the connection: what they say, and what the other side found.

use crate::bytes::hex;
use crate::dissect::x509::{self, CertificateSummary};
use crate::registry::Version;
use crate::scenario::Side;
use crate::story::say::{self, NoCertificateClaim};
use crate::tls::{CertificateCheck, Verdict, sha256};
use crate::ui::effect::Effect;
use crate::ui::view::kit::markup::prelude::*;
use crate::ui::view::kit::prose::aside;
use crate::ui::view::kit::scene::Scene;

/// Width of the time bar, in its own units.
const WIDTH: i64 = 300;

pub fn view(scene: &Scene) -> Html {
    let text = &scene.text.certificate;
    let findings = &scene.chapter.findings;
    let sides = [(Side::Server, findings.check.as_ref()), (Side::Client, findings.client_check.as_ref())];
    let sections = sides.map(|(side, check)| {
        let body = match (check, say::no_certificate(scene.facts(), scene.chapter, side)) {
            (Some(check), _) => presented(scene, check),
            (None, None) => return Html::default(),
            (None, Some(claim)) => html! { <p>{ (text.none)(claim) }</p> },
        };
        html! { <section class="certificate"><h2>{ (text.whose)(side) }</h2>{ body }</section> }
    });
    // What is presented changes all that stands below it.
    let shown = sides.map(|(_, check)| check.map_or("", |_| "+")).join("-");
    let key = format!("{}-{shown}", scene.chapter.account.connection);
    html! { <div {key}>{ for sections }</div> }
}

fn presented(scene: &Scene, check: &CertificateCheck) -> Html {
    let text = &scene.text.certificate;
    let is_tls12 = scene.chapter.findings.session.as_ref().is_some_and(|session| session.version == Version::TLS12);
    let all = check.presented.iter().map(|der| match x509::certificate(der) {
        Ok(certificate) => one(scene, &certificate, der),
        Err(_) => html! { <p>{ text.unreadable }</p> },
    });
    html! {
        <>
            { verdicts(scene, check) }
            if scene.chapter.account.resumed.value.is_some() {
                <p class="soft">{ (text.none)(NoCertificateClaim::Resumed) }</p>
            } else {
                <p class="soft">{ (text.sent)(check.presented.len()) }{ ". " }{ (text.readable)(is_tls12) }</p>
            }
            { for all }
        </>
    }
}

/// One verdict a check, with what was compared with what.
fn verdicts(scene: &Scene, check: &CertificateCheck) -> Html {
    let text = &scene.text.certificate;
    let row = |name: &'static str, verdict: &Verdict, found: String| {
        let (class, glyph) = match verdict {
            Verdict::Pass => ("pass", "✓"),
            Verdict::Fail(_) => ("fail", "✗"),
            Verdict::NotChecked => ("unknown", "–"),
        };
        html! {
            <li class={class}>
                <span class="state" aria-hidden="true">{ glyph }</span>
                <b>{ name }</b>
                <span>{ aside((text.verdict)(verdict)) }{ found }</span>
            </li>
        }
    };
    html! {
        <ul class="checks" aria-label={text.checks}>
            { row(text.chain, &check.chain, (text.chain_found)(check)) }
            { row(text.name, &check.name, (text.name_found)(check)) }
            { row(text.dates, &check.dates, (text.dates_found)(check)) }
            { row(text.purpose, &check.purpose, (text.purpose_found)(check)) }
            { row(text.revocation, &Verdict::NotChecked, (text.not_revoked)(say::revocation(scene.facts(), check))) }
        </ul>
    }
}

fn one(scene: &Scene, certificate: &CertificateSummary, der: &[u8]) -> Html {
    let text = &scene.text.certificate;
    let row = |name: &'static str, value: String| html! { <><dt>{ name }</dt><dd>{ value }</dd></> };
    let list = |list: &Option<Vec<String>>| list.as_ref().map_or(text.not_said.to_owned(), |list| list.join(", "));
    let names =
        if certificate.dns_names.is_empty() { text.no_names.to_owned() } else { certificate.dns_names.join(", ") };
    let key = match &certificate.key.curve {
        Some(curve) => format!("{}, {curve}", certificate.key.algorithm),
        None => certificate.key.algorithm.clone(),
    };
    let pem = x509::pem(der);
    html! {
        <>
            { chain(scene, certificate) }
            <dl class="facts">
                { row(text.subject, x509::name_line(&certificate.subject)) }
                { row(text.issuer, x509::name_line(&certificate.issuer)) }
                { row(text.names, names) }
            </dl>
            { bar(scene, certificate) }
            <dl class="facts">
                { row(text.key, key) }
                { row(text.signature, certificate.signature_algorithm.clone()) }
                { row(text.usage, list(&certificate.key_usage)) }
                { row(text.extended, list(&certificate.extended_key_usage)) }
                { row(text.authority, certificate.is_ca.map_or(text.not_said, text.yes_no).to_owned()) }
                { row(text.serial, hex(&certificate.serial)) }
                <dt>{ text.fingerprint }</dt><dd class="wrap"><code>{ hex(&sha256([der])) }</code></dd>
            </dl>
            <details class="more">
                <summary>{ text.pem }</summary>
                <button type="button" class="button small" onclick={scene.effect(Effect::Copy(pem.clone()))}>{ text.copy }</button>
                <pre tabindex="0">{ pem }</pre>
            </details>
        </>
    }
}

/// Who vouches for whom, from the root down.
fn chain(scene: &Scene, certificate: &CertificateSummary) -> Html {
    let text = &scene.text.certificate;
    let common = |name: &[(String, String)]| {
        let found = name.iter().find(|(kind, _)| kind == "CN");
        found.map_or_else(|| x509::name_line(name), |(_, value)| value.clone())
    };
    let (issuer, subject) = (common(&certificate.issuer), common(&certificate.subject));
    let own = certificate.issuer == certificate.subject;
    html! {
        <ol class="chain" aria-label={text.chain}>
            if !own { <li><span class="tie" aria-hidden="true">{ "◇" }</span>{ issuer }</li> }
            <li><span class="tie" aria-hidden="true">{ if own { "◆ ⟲" } else { "└ ◆" } }</span><b>{ subject }</b></li>
        </ol>
    }
}

/// Validity against the scenario's clock.
fn bar(scene: &Scene, certificate: &CertificateSummary) -> Html {
    let text = &scene.text.certificate;
    let now = i64::try_from(scene.state.run.scenario.clock.unix()).unwrap_or_default();
    let (from, to) = (certificate.not_before, certificate.not_after);
    // As much room on each side of the outermost as a tenth of all.
    let (first, last) = (from.min(now), to.max(now));
    let margin = (last.saturating_sub(first) / 10).max(1);
    let (start, all) = (first.saturating_sub(margin), last.saturating_sub(first).saturating_add(2 * margin));
    let at = |seconds: i64| (seconds.saturating_sub(start).saturating_mul(WIDTH) / all).clamp(0, WIDTH);
    let (x, end, here) = (at(from), at(to), at(now));
    let inside = (from..=to).contains(&now);
    let words = (text.bar)(from, to, now);
    html! {
        <figure class="validity">
            <svg viewBox={format!("0 0 {WIDTH} 26")} role="img" aria-label={words.clone()}>
                <line x1="0" x2={WIDTH.to_string()} y1="13" y2="13" class="time" />
                <rect x={x.to_string()} width={(end - x).max(2).to_string()} y="8" height="10" rx="3" class={if inside { "span pass" } else { "span fail" }} />
                <path d={format!("M{here} 3v20")} class="clock" />
                <path d={format!("M{} 0h8l-4 5z", here - 4)} class="clock-head" />
            </svg>
            <figcaption>{ words }</figcaption>
        </figure>
    }
}
