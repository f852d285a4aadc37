# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws pictures that hold more textures than photographs: leaves that cover each other, and pages of text.

Shapes whose sizes follow a power law and that cover each other have the statistics of photographs (Lee, Mumford and
Huang, "Occlusion models for natural images", 2001), and networks learn to denoise from them (Achddou, Gousseau and
Ladjal, "Synthetic images as a regularity prior for image restoration neural networks", 2021). Here each has a texture.
"""

import cv2
import numpy as np

COUNT = 128
SIDE = 512
# Pictures are drawn larger and averaged, so that edges are as soft as those of photographs.
FACTOR = 2
TEXT_EVERY = 8
LEAVES = 1200
SMALLEST, LARGEST = 20.0, 400.0  # radii before averaging
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)


def colour(random):
    """Returns BGR, mostly of low saturation, as most things have."""
    hsv = np.float32([[[random.uniform(0, 360), random.beta(1.3, 3), random.beta(1.6, 1.6)]]])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0] * 235 + 10


def grating(random, height, width):
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle, period = random.uniform(0, np.pi), FACTOR * random.uniform(2.5, 16)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period + random.uniform(0, 6))
    return np.clip(wave * random.uniform(1, 4), -1, 1)


def tiles(random, height, width):
    """A small pattern again and again, like cloth, bricks or a fence."""
    rows, columns = FACTOR * random.integers(3, 17, 2)
    tile = cv2.GaussianBlur(random.normal(size=(rows, columns)).astype(np.float32), (0, 0), random.uniform(0.8, 2.5),
                            borderType=cv2.BORDER_REFLECT)
    tile /= np.abs(tile).max() + 1e-6
    return np.tile(tile, (-(-height // rows), -(-width // columns)))[:height, :width]


def grain(random, height, width):
    """Irregular texture between two scales, like sand, bark or leaves from afar."""
    fine = random.uniform(1, 6)
    white = random.normal(size=(height, width)).astype(np.float32)
    stretch = random.uniform(1, 4)
    band = cv2.GaussianBlur(white, (0, 0), fine, sigmaY=fine * stretch)
    band -= cv2.GaussianBlur(band, (0, 0), 3 * fine)
    return np.clip(band / (2 * band.std() + 1e-6), -1.5, 1.5)


def texture(random, height, width):
    """Returns BGR values around 0."""
    kind = random.choice([None, grating, tiles, grain], p=[0.3, 0.15, 0.2, 0.35])
    y, x = np.mgrid[:height, :width].astype(np.float32)
    shade = (x * random.normal(0, 30) / width + y * random.normal(0, 30) / height)[..., None]
    if kind is None:
        return shade
    tint = 1 + random.normal(0, 0.15, 3).astype(np.float32)
    # Weak textures are what noise is most easily mistaken for.
    amplitude = np.exp(random.uniform(np.log(1.5), np.log(45)))
    return shade + amplitude * kind(random, height, width)[..., None] * tint


def outline(random, radius):
    """Returns the corners of a round or angular shape around 0."""
    if random.random() < 0.5:
        angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        radii = np.full(48, radius)
    else:
        corners = random.integers(3, 8)
        angles = np.sort(random.uniform(0, 2 * np.pi, corners))
        radii = radius * random.uniform(0.6, 1.2, corners)
    points = np.stack([radii * np.cos(angles), radii * np.sin(angles) * random.uniform(0.3, 1)], axis=1)
    turn = random.uniform(0, np.pi)
    return points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])


def draw_leaves(random, canvas):
    side = canvas.shape[0]
    for _ in range(LEAVES):
        # The density of radii falls with their third power.
        share = random.random()
        radius = (share * SMALLEST ** -2 + (1 - share) * LARGEST ** -2) ** -0.5
        points = outline(random, radius) + random.uniform(0, side, 2)
        left, top = np.maximum(np.floor(points.min(axis=0)).astype(int), 0)
        right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int) + 1, side)
        if right <= left or bottom <= top:
            continue
        mask = np.zeros((bottom - top, right - left), np.uint8)
        cv2.fillPoly(mask, [np.rint(points - (left, top)).astype(np.int32)], 1)
        values = colour(random) + texture(random, *mask.shape)
        area = canvas[top:bottom, left:right]
        area[mask > 0] = np.broadcast_to(values, area.shape)[mask > 0]


def draw_text(random, canvas):
    letters = list("abcdefghijklmnopqrstuvwxyz      ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()")
    side = canvas.shape[0]
    y = 0
    while y < side:
        scale, font = FACTOR * random.uniform(0.35, 1.1), FONTS[random.integers(len(FONTS))]
        ink = [float(value) for value in colour(random)]
        for _ in range(random.integers(1, 8)):
            y += int(scale * random.uniform(28, 36))
            line = "".join(random.choice(letters, int(side / (8 * scale))))
            cv2.putText(canvas, line, (int(random.uniform(-20, 40)), y), font, scale, ink,
                        int(random.integers(1, 1 + max(1, int(1.5 * scale)) + 1)), cv2.LINE_AA)


def picture(number):
    """Returns a picture of 512x512 pixels, 8 bit BGR; equal numbers give equal pictures."""
    random = np.random.default_rng(number)
    side = FACTOR * SIDE
    canvas = (colour(random) + texture(random, side, side)) * np.ones((side, side, 3), np.float32)
    canvas = np.ascontiguousarray(canvas, np.float32)
    if number % TEXT_EVERY == TEXT_EVERY - 1:
        draw_text(random, canvas)
    else:
        draw_leaves(random, canvas)
    small = cv2.resize(np.clip(canvas, 0, 255), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.rint(small).astype(np.uint8)
