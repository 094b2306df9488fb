//! Decides whether what subscribers received keeps the promises.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};

use super::traffic::{Message, Received, Traffic};

/// Fails with the first promise that is broken.
pub fn verify(traffic: &Traffic) -> Result<()> {
    let first = traffic.staying.first().context("nobody stayed")?;
    let orders = by_channel(first);
    check_complete(traffic, &orders)?;
    for (number, received) in traffic.staying.iter().enumerate() {
        let theirs = by_channel(received);
        for (channel, order) in &orders {
            let their_order = theirs.get(channel).map_or(&[][..], Vec::as_slice);
            ensure_equal(order, their_order)
                .with_context(|| format!("subscriber {number} on channel {channel}"))?;
        }
        check_causes(traffic, received).with_context(|| format!("subscriber {number}"))?;
    }
    for received in &traffic.passing {
        check_unbroken(received, &orders)?;
        check_causes(traffic, received)?;
    }
    Ok(())
}

fn by_channel(received: &Received) -> HashMap<usize, Vec<Message>> {
    let mut orders: HashMap<usize, Vec<Message>> = HashMap::new();
    for (channel, message) in received {
        orders.entry(*channel).or_default().push(*message);
    }
    orders
}

fn ensure_equal(expected: &[Message], received: &[Message]) -> Result<()> {
    let differs = expected.iter().zip(received).position(|(a, b)| a != b);
    if let Some(at) = differs {
        bail!("message {at} is {:?}, the first subscriber saw {:?}", received[at], expected[at]);
    }
    ensure!(
        expected.len() == received.len(),
        "{} messages, the first subscriber saw {}",
        received.len(),
        expected.len()
    );
    Ok(())
}

/// Every message arrived once, on its channel.
fn check_complete(traffic: &Traffic, orders: &HashMap<usize, Vec<Message>>) -> Result<()> {
    let mut seen = HashMap::new();
    for (channel, order) in orders {
        for message in order {
            ensure!(seen.insert(*message, *channel).is_none(), "{message:?} came twice");
        }
    }
    for (publisher, stamps) in traffic.published.iter().enumerate() {
        for (index, stamp) in stamps.iter().enumerate() {
            let channel = seen.remove(&(publisher, index));
            ensure!(channel == Some(stamp.channel), "({publisher}, {index}) came on {channel:?}");
        }
    }
    ensure!(seen.is_empty(), "nobody published {seen:?}");
    Ok(())
}

/// No message came after one that was sent when the first had been answered already.
fn check_causes(traffic: &Traffic, received: &Received) -> Result<()> {
    let mut latest_sent = 0;
    for (_, (publisher, index)) in received {
        let stamp = traffic.published[*publisher][*index];
        ensure!(
            stamp.answered > latest_sent,
            "({publisher}, {index}) was answered at {} and came after one sent at {latest_sent}",
            stamp.answered
        );
        latest_sent = latest_sent.max(stamp.sent);
    }
    // A publisher's requests are run in their order, pipelined or not.
    let mut last: HashMap<usize, usize> = HashMap::new();
    for (_, (publisher, index)) in received {
        let before = last.insert(*publisher, *index);
        ensure!(before.is_none_or(|before| before < *index), "({publisher}, {index}) came late");
    }
    Ok(())
}

/// A stay saw an unbroken part of its channel's order.
fn check_unbroken(received: &Received, orders: &HashMap<usize, Vec<Message>>) -> Result<()> {
    let Some((channel, first)) = received.first() else { return Ok(()) };
    let order = orders.get(channel).context("a channel that nobody else heard")?;
    let start = order.iter().position(|message| message == first);
    let start = start.with_context(|| format!("{first:?} came to one subscriber only"))?;
    for ((channel, message), expected) in received.iter().zip(&order[start..]) {
        ensure!(
            message == expected,
            "on channel {channel}, a passing subscriber saw {message:?} in place of {expected:?}"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::traffic::Stamp;
    use super::*;

    /// Two messages of two publishers on two channels; the first was answered before the second.
    fn traffic(staying: Vec<Received>, passing: Vec<Received>) -> Traffic {
        let published = vec![
            vec![Stamp { channel: 0, sent: 0, answered: 1 }],
            vec![Stamp { channel: 1, sent: 2, answered: 3 }],
        ];
        Traffic { published, staying, passing }
    }

    const FIRST: (usize, Message) = (0, (0, 0));
    const SECOND: (usize, Message) = (1, (1, 0));

    fn broken(staying: Vec<Received>, passing: Vec<Received>) -> bool {
        verify(&traffic(staying, passing)).is_err()
    }

    #[test]
    fn right_orders_pass() {
        assert!(!broken(vec![vec![FIRST, SECOND]; 2], vec![vec![SECOND], vec![]]));
    }

    #[test]
    fn wrong_orders_are_found() {
        assert!(broken(vec![vec![SECOND, FIRST]], vec![]));
        assert!(broken(vec![vec![FIRST, SECOND], vec![SECOND, FIRST]], vec![]));
    }

    #[test]
    fn lost_and_repeated_messages_are_found() {
        assert!(broken(vec![vec![FIRST]], vec![]));
        assert!(broken(vec![vec![FIRST, SECOND, SECOND]], vec![]));
        assert!(broken(vec![vec![FIRST, SECOND], vec![FIRST]], vec![]));
        assert!(broken(vec![vec![FIRST, SECOND]], vec![vec![(0, (5, 5))]]));
    }
}
