# SPDX-License-Identifier: LGPL-2.1-or-later
"""The words of docs/paper.md."""

TITLES = {"mnist": "MNIST", "fashion-mnist": "Fashion-MNIST", "fer2013": "FER-2013 disgust",
          "chest-xray": "Chest radiographs"}

INTRODUCTION = """# The founding paper, repeated

denoiseae began with "Image Denoising Using Autoencoders" (term project, 2021): two convolutions of
stride 2 with LeakyReLU and batch normalisation (32 and 64 filters), a dense latent of 16 values, the
mirrored decoder, trained with Adam at 0.001 on batches of 32 for 50 epochs to the lowest squared error;
the weights of the lowest validation loss are kept, and a 3x3 kernel sharpens what comes out.

This page is written by

    ./dev paper DATA

from the run folders of `denoiseae-train` (`runs/paper-...`, `runs/unet-...`); what is missing is trained
first, which takes hours. DATA holds `mnist`, `fashion-mnist`, `fer2013` and `chest-xray`. The weights of
these runs are shipped as `models/paper-...` and `models/unet-...`; the element runs them with
`model=paper-mnist`, and your own with `model=runs/paper-mnist/best.safetensors`.
"""

LOSSES = """## Losses

Mean squared error of pictures scaled to 0 ... 1. Noise is drawn anew for every copy of a picture in every
epoch; the validation pictures keep theirs.
"""


def verdict(value, limit):
    return f"{value:.4f} against {limit}: " + ("reached" if value <= limit else "not reached")


def after_losses(runs):
    lowest = lambda name: min(runs[name].validation)
    return f"""Lowest validation loss against the paper's:

- MNIST, coefficient 0.5: {verdict(lowest("paper-mnist"), 0.0095)}; coefficient 0.3:
  {verdict(lowest("paper-mnist-0.3"), 0.0095)}. The paper names 0.5 and a useful range of 0.3 to 0.7,
  and does not define its coefficient. It can be read as x + c N(0,1), clipped to 0 ... 1, or, as in the
  well-known tutorial code of this network, as x + N(0.5, 0.5), clipped; the table shows both. At 0.5 the
  noise itself stands in the way: see what the U-Net below reaches without a latent of 16 values.
- Fashion-MNIST: {verdict(lowest("paper-fashion-mnist"), 0.0235)}.
- FER-2013: {verdict(lowest("paper-fer2013-after"), 0.0022)}. The paper copied its pictures 100 times
  before it split them, so that its validation pictures were trained on with other noise.
  `split = "after-copies"` does the same; `split = "before-copies"`, the default, keeps validation
  pictures apart, and repeated pictures of the set out: of faces that it has not seen, 16 values learnt
  from some 340 pictures hold little.
- Chest radiographs: {verdict(lowest("paper-chest-xray"), 0.0054)}, with other and far fewer pictures.

Weights start as in Keras (Glorot & Bengio 2010). With weights that start wider, as is common before
rectifiers (He et al. 2015), the dense layers of this network learn more slowly.
"""


QUALITY = """## Quality on pictures that were not trained on

Test pictures (`--limit {limit}`: the first {limit} of each set; of FER-2013 without those that repeat a training picture; of
the radiographs the patients that were held back from training, whose loss chose the weights), with the
noise of the paper: coefficient 0.5 for the first two sets, variance 550 for the others. The classic
filters of OpenCV see the same noisy pictures; each has the parameter that is best for this noise on 100
training pictures.
"""


def gains(by_set):
    text = ", ".join(f"{TITLES[name]} {gain:.1f} dB" for name, gain in by_set.items())
    return f"""The U-Net is better than the paper's network by:
{text}.
It looks at neighbourhoods instead of pressing the picture through 16 values, and is told the level of
the noise. Where the noise hides most of the picture (coefficient 0.5) there is little to gain: neither
network can tell what is not there any more.
"""


CONSISTENCY = """## Consistency over kinds of noise

The paper claims that an autoencoder is more consistent over kinds of noise than a filter. The networks
were trained on one kind and one level each; here they meet all kinds that denoiseae makes, each at its
default level. The filters may choose their parameter for each of them.
"""

SAMPLES = """## Samples

Columns are test pictures, rows: noisy, output of the paper's network, output after sharpening with the
3x3 kernel, truth. Edges come out crisper in the sharpened row, as the paper says; the error grows a
little at the same time (see the table above): the kernel raises what noise is left, too.
"""

TILES = """## Why the paper's network is for study

It knows pictures of one size and one kind. In the element, a stream of that size is denoised directly;
any other is cut into tiles that overlap and are blended. A tile of a photograph is no face, and 16
values cannot hold what it shows:

![a photograph, noisy, through paper-fer2013 tile by tile, through the default model](paper/tiles.png)
"""

DIFFERENCES = """## What differs from the paper, and why

- Noise is drawn anew in every epoch instead of once; 100 copies of a picture are 100 passes with other
  noise, and no copy is held in memory.
- A share of the training pictures (a tenth) is validated on, not the test files: these are measured once,
  at the end.
- Chest radiographs come from NIH ChestX-ray8, because those of VinBigData may not be passed on; who has
  them trains `paper-vinbigdata`. 30 copies make an epoch about as long as one over VinBigData's pictures;
  each is mirrored, shifted, tilted, scaled and lit a little differently; so are the faces of
  `paper-fer2013` (split before copying).
- Convolutions run in bfloat16 where the CPU has it, with float32 weights and statistics.
- LibTorch's batch normalisation follows its running statistics with 0.1 a step (Keras: 0.01) and adds
  1e-5 (Keras: 1e-3) to the variance.
- Of runs with fewer epochs than the paper's the table says so; `config.toml` in the run folder and the
  model cards hold the settings.
"""
