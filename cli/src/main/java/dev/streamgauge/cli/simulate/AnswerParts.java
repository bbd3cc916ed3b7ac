package dev.streamgauge.cli.simulate;

import io.netty.channel.Channel;
import java.util.random.RandomGenerator;

/** What an answer of either form is made of, and where it goes. */
record AnswerParts(
    Channel channel,
    Serving serving,
    AnswerPlan plan,
    AnswerShape shape,
    Server server,
    boolean keepAlive,
    RandomGenerator random,
    Answer.Ended ended) {}
